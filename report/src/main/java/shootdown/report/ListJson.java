package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.List;

/** What there is, as JSON; a part that was not asked for is null. */
public final class ListJson {
    public static final String SCHEMA = "shootdown/list/1";

    private ListJson() {}

    public static String text(
            @Nullable List<CatalogueEntry> policies,
            @Nullable List<Universe> universes,
            @Nullable List<Property> properties) {
        return Json.document(
                SCHEMA,
                json -> {
                    if (policies != null) {
                        json.array("policies", policies, CheckJson::policy);
                    }
                    if (universes != null) {
                        json.array("universes", universes, ListJson::universe);
                    }
                    if (properties != null) {
                        json.array("properties", properties, ListJson::property);
                    }
                });
    }

    static void universe(Json json, Universe universe) {
        json.field("name", universe.name());
        json.field("family", Families.family(universe));
        json.field("title", universe.title());
        json.field("aims", universe.aims());
        json.field("cannotShow", universe.cannotShow());
        json.field("hypothetical", universe.machine().isHypothetical());
        json.field("byDefault", universe.byDefault());
        json.field("cpus", universe.machine().cpus());
        json.field("frames", universe.machine().frames());
    }

    private static void property(Json json, Property property) {
        json.field("id", property.name());
        json.field("title", property.title());
        json.field("says", property.says());
    }
}
