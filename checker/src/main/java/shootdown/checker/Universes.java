package shootdown.checker;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All universes, by family and variant. */
public final class Universes {
    private static final List<Universe> ALL =
            Stream.of(
                            LinearUvm.all(),
                            XptiBoot.all(),
                            XptiSmp.all(),
                            SmpLinear.all(),
                            Recursive.all(),
                            Domains.all(),
                            Pv32.all(),
                            UserL4.all(),
                            Batches.all(),
                            WritablePageTables.all(),
                            RecursiveStores.all(),
                            LdtFaults.all(),
                            GrantMaps.all(),
                            ForeignGrantMaps.all(),
                            Life.all(),
                            SelfReference.all(),
                            LinearChains.all(),
                            DescriptorTransfers.all(),
                            TypeChanges.all(),
                            SpuriousFaults.all(),
                            UnfitTables.all())
                    .flatMap(family -> family)
                    .toList();

    private Universes() {}

    public static List<Universe> all() {
        return ALL;
    }

    /** Those that a check explores unless told otherwise. */
    public static List<Universe> byDefault() {
        return ALL.stream().filter(Universe::byDefault).toList();
    }

    public static Optional<Universe> find(String name) {
        return ALL.stream().filter(universe -> universe.name().equals(name)).findFirst();
    }
}
