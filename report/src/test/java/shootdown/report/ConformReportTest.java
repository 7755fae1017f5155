package shootdown.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.conformance.Campaign;
import shootdown.conformance.Coverage;
import shootdown.report.ConformReport.End;
import shootdown.report.ConformReport.Outcome;
import shootdown.report.ConformReport.Part;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is told of campaigns; nothing here was run. */
class ConformReportTest {
    private static final Campaign.Finding DIFFERENT =
            finding(1234, "after step 0: result: model -22, real Xen 0", true);

    private static final Campaign.Finding NOT_TRIED =
            finding(1300, "after step 7: frame 3, count_info: model 0x2, real Xen 0x3", false);

    private static Campaign.Finding finding(long number, String what, boolean again) {
        String scenario = "scenario \"Model and real Xen part\"\nshows \"" + what + "\"\n";
        return new Campaign.Finding(number, 2, what, again, scenario);
    }

    /** Programs that were seen to part once. */
    private static List<Campaign.Seen> once(int suspected, int differing) {
        List<Campaign.Seen> once = new ArrayList<>();
        for (int i = 0; i < suspected; i++) {
            String what =
                    "after step 2: frame 5, type: model none or whole, real Xen half validated";
            once.add(new Campaign.Seen(100 + i, what, true));
        }
        for (int i = 0; i < differing; i++) {
            String what = "after step 19: status: model 0, real Xen -1";
            once.add(new Campaign.Seen(200 + i, what, false));
        }
        return once;
    }

    private static Campaign.Report campaign(
            int suspected, int untried, List<Campaign.Finding> findings, List<Campaign.Seen> once) {
        Coverage coverage = new Coverage();
        coverage.count("mmu_update", "0", 60_000);
        coverage.count("mmu_update", "-EINVAL", 20_123);
        coverage.count("pin l2", "0", 7);
        return new Campaign.Report(
                5000,
                99_950,
                findings.size(),
                once(suspected, 0),
                untried,
                findings,
                once,
                120,
                60,
                9,
                coverage,
                2.5);
    }

    private static ConformReport report(End end, Campaign.Report... campaigns) {
        List<Part> parts = new ArrayList<>();
        for (Campaign.Report campaign : campaigns) {
            String name = parts.isEmpty() ? "dom0, XPTI off, 1 vCPU" : "domU, XPTI on, 2 vCPUs";
            parts.add(new Part(name, campaign));
        }
        return new ConformReport(1, parts, end);
    }

    private static final ConformReport GOOD =
            report(
                    End.COMPLETE,
                    campaign(2, 0, List.of(), once(1, 1)),
                    campaign(0, 0, List.of(), List.of()));

    private static final ConformReport BAD = bad(End.COMPLETE);

    private static ConformReport bad(End end) {
        return report(
                end,
                campaign(0, 0, List.of(), once(12, 1)),
                campaign(1, 1, List.of(DIFFERENT, NOT_TRIED), List.of()));
    }

    @Test
    void reportWithoutDifferences() throws IOException {
        Golden.check("conform-ok.txt", ConformText.page(GOOD));
    }

    @Test
    void reportWithDifferences() throws IOException {
        Golden.check("conform-failed.txt", ConformText.page(BAD));
    }

    @Test
    void differencesOfARunThatDidNotComeToItsEndAreInItsLastLine() throws IOException {
        Golden.check("conform-interrupted.txt", ConformText.page(bad(End.INTERRUPTED)));
        assertThat(ConformText.page(bad(End.MACHINE_LOST)).text())
                .contains("\nconform: INCOMPLETE 10000 programs, 2 differences, ");
    }

    @Test
    void sameAsJson() throws IOException {
        Golden.check("conform-ok.json", ConformJson.text(GOOD));
        Golden.check("conform-failed.json", ConformJson.text(BAD));
    }

    @Test
    void aFewThatAreNotSeenAgainFailNothing() {
        assertThat(report(End.COMPLETE, campaign(0, 0, List.of(), once(4, 4))).outcome())
                .isEqualTo(Outcome.OK);
    }

    @Test
    void moreThanOneSuspectedInThousandFailsUnlessTheyAreFew() {
        assertThat(report(End.COMPLETE, campaign(5, 0, List.of(), List.of())).outcome())
                .isEqualTo(Outcome.OK);
        Campaign.Report more = campaign(6, 0, List.of(), List.of());
        assertThat(report(End.COMPLETE, more).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report(End.COMPLETE, more, more).outcome()).isEqualTo(Outcome.FAILED);
        Campaign.Report none = campaign(0, 0, List.of(), List.of());
        assertThat(report(End.COMPLETE, more, none).outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void howTheRunEndedIsTheWordWhateverDiffers() {
        for (List<Campaign.Finding> findings :
                List.of(List.of(DIFFERENT), List.<Campaign.Finding>of())) {
            Campaign.Report campaign = campaign(0, 0, findings, List.of());
            assertThat(report(End.INTERRUPTED, campaign).outcome()).isEqualTo(Outcome.INTERRUPTED);
            assertThat(report(End.MACHINE_LOST, campaign).outcome()).isEqualTo(Outcome.INCOMPLETE);
        }
    }
}
