package shootdown.cli;

import org.jspecify.annotations.Nullable;

import shootdown.checker.CheckOptions;
import shootdown.checker.Checks;
import shootdown.claims.Claim;
import shootdown.claims.Finding;
import shootdown.claims.Findings;
import shootdown.claims.Judgement;
import shootdown.claims.Run;
import shootdown.claims.Tale;
import shootdown.engine.End;
import shootdown.report.CheckReport.Limits;
import shootdown.report.CheckReport.Measured;
import shootdown.report.ClaimsReport;
import shootdown.report.ClaimsReport.Ruling;

import java.util.ArrayList;
import java.util.List;

/**
 * Hears the evidence on claims: makes every search that they need once, and judges by what was
 * found.
 *
 * @param options of one search
 * @param limits the same, as a report tells them
 */
record Court(CheckOptions options, Limits limits, int threads, Session session) {

    /**
     * Judges these claims by their own searches.
     *
     * @param inFull whether stories are told, and whether what is enough is needed is asked
     */
    ClaimsReport judge(List<Claim> claims, boolean inFull) {
        return judge(claims, inFull, inFull);
    }

    /**
     * Judges these claims by their own searches.
     *
     * @param asksParts whether what is enough is needed is asked, which takes long
     */
    ClaimsReport judge(List<Claim> claims, boolean tells, boolean asksParts) {
        long start = System.nanoTime();
        List<Run> runs = new ArrayList<>(Findings.needed(claims));
        if (asksParts) {
            runs.addAll(Findings.whetherNeeded(claims));
        }
        Findings findings = search(runs);
        List<Ruling> rulings = new ArrayList<>();
        for (Claim claim : claims) {
            Judgement judgement = Judgement.of(claim, findings);
            @Nullable Tale tale =
                    tells && !session.interruption().isRequested()
                            ? judgement.tell(interruptible()).orElse(null)
                            : null;
            rulings.add(new Ruling(judgement, tale));
        }
        return new ClaimsReport(
                Shootdown.version(),
                rulings,
                findings.searches(runs),
                findings.states(runs),
                limits,
                session.interruption().isRequested(),
                new Measured(System.nanoTime() - start, threads));
    }

    private Findings search(List<Run> runs) {
        Findings findings = new Findings();
        try (Tracker tracker = new Tracker(session.console(), runs.size())) {
            List<@Nullable Finding> found =
                    new Searches<>(runs, options, threads, session.interruption(), job(tracker))
                            .all();
            for (int i = 0; i < runs.size(); i++) {
                Finding finding = found.get(i);
                if (finding != null) {
                    findings.add(runs.get(i), finding);
                }
            }
        }
        return findings;
    }

    private CheckOptions interruptible() {
        return options.withSearch(
                options.search()
                        .withThreads(threads)
                        .withCancelled(session.interruption()::isRequested));
    }

    private static Searches.Job<Run, Finding> job(Tracker tracker) {
        Checks checks = new Checks();
        return new Searches.Job<>() {
            @Override
            public Finding search(Run run, CheckOptions options) {
                Tracker.Search tracked = tracker.begin(run.says());
                Finding finding =
                        run.perform(
                                options.withSearch(options.search().withProgress(tracked)), checks);
                tracked.end(finding.states());
                return finding;
            }

            @Override
            public End end(Finding finding) {
                return finding.end();
            }
        };
    }
}
