package shootdown.claims;

import org.jspecify.annotations.Nullable;

import shootdown.checker.CheckOptions;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Does no state show this, under a policy in these universes?
 *
 * <p>Yes only if some state could have.
 */
record Avoids(CatalogueEntry policy, Scene scene, Where where) implements Question {

    @Override
    public List<Run> runs() {
        return where.universes().stream()
                .flatMap(universe -> Stream.<Run>of(look(universe), stake(universe)))
                .toList();
    }

    private Run.Seek look(Universe universe) {
        return new Run.Seek(policy, scene, scene.goal(), universe);
    }

    private Run.Seek stake(Universe universe) {
        return new Run.Seek(policy, scene, scene.stake(), universe);
    }

    @Override
    public Reply reply(Findings findings) {
        long states = findings.states(where.universes().stream().map(u -> (Run) look(u)).toList());
        return Reply.forAll(where, states, universe -> reply(findings, universe));
    }

    private Reply reply(Findings findings, Universe universe) {
        @Nullable Finding looked = findings.of(look(universe));
        if (looked == null) {
            return Reply.open(0);
        }
        if (wasSeen(looked)) {
            return Reply.no(looked.states(), universe, null);
        }
        @Nullable Finding staked = findings.of(stake(universe));
        if (!looked.isComplete() || staked == null) {
            return Reply.open(looked.states());
        }
        return wasSeen(staked)
                ? Reply.yes(looked.states())
                : Reply.saysNothing(looked.states(), "it could never have been");
    }

    private static boolean wasSeen(@Nullable Finding finding) {
        return finding instanceof Finding.Sought sought && sought.sighting().story() != null;
    }

    @Override
    public String says(boolean yes) {
        return "under %s %s %s in %s"
                .formatted(
                        policy.name(),
                        yes ? "it never happens that" : "it happens that",
                        scene.says(),
                        where.says());
    }

    @Override
    public Optional<Tale> tell(Reply no, CheckOptions options) {
        Universe universe = no.where();
        return universe == null
                ? Optional.empty()
                : Storyteller.reach(policy, universe, scene.goal(), says(false) + ".", options)
                        .map(story -> new Tale.Seen(scene.says(), story));
    }
}
