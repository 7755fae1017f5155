package shootdown.report;

import shootdown.checker.Picture;
import shootdown.checker.Picture.CpuView;
import shootdown.checker.Picture.Entry;
import shootdown.checker.Picture.Pending;
import shootdown.checker.Picture.RootCopy;
import shootdown.checker.Picture.Table;

import java.util.Collection;
import java.util.List;

/** A picture as JSON, described in {@code docs/json.md}. */
final class PictureJson {
    private PictureJson() {}

    static void picture(Json json, Picture picture) {
        json.array("tables", picture.tables(), PictureJson::table);
        json.array("cpus", picture.cpus(), PictureJson::cpu);
        json.array(
                "domains",
                picture.domains(),
                (inner, domain) -> {
                    inner.field("domid", domain.domid());
                    numbers(inner, "dirty", domain.dirty());
                });
    }

    private static void table(Json json, Table table) {
        json.field("name", table.name());
        json.field("mfn", table.mfn());
        json.field("type", table.type());
        json.field("typeCount", table.typeCount());
        json.field("count", table.count());
        json.field("pinned", table.pinned());
        json.field("validated", table.validated());
        json.field("locked", table.locked());
        json.field("linear", table.linear());
        json.field("owner", table.owner());
        json.field("use", table.use());
        entries(json, table.entries());
    }

    private static void entries(Json json, List<Entry> entries) {
        json.array(
                "entries",
                entries,
                (inner, entry) -> {
                    inner.field("slot", entry.slot());
                    inner.field("text", entry.text());
                    inner.field("target", entry.target());
                    inner.words("flags", entry.flags());
                    inner.field("value", "0x%016x".formatted(entry.value()));
                    inner.field("xens", entry.xens());
                });
    }

    private static void cpu(Json json, CpuView cpu) {
        json.field("cpu", cpu.cpu());
        json.field("vcpu", cpu.vcpu());
        json.field("stage", cpu.stage());
        json.field("where", cpu.where());
        json.field("mode", cpu.mode().text());
        json.field("call", cpu.call());
        json.field("root", cpu.root());
        json.field("pcid", cpu.pcid());
        json.field("kernelBase", cpu.kernelBase());
        json.field("userBase", cpu.userBase());
        RootCopy copy = cpu.copy();
        if (copy == null) {
            json.nothing("copy");
        } else {
            json.object("copy", inner -> copy(inner, copy));
        }
        json.object("pending", inner -> pending(inner, cpu.pending()));
        json.array(
                "cached",
                cpu.cached(),
                (inner, cached) -> {
                    inner.field("what", cached.what());
                    inner.array("members", cached.members(), PictureJson::member);
                });
    }

    private static void copy(Json json, RootCopy copy) {
        json.field("name", copy.name());
        json.field("monitor", copy.monitor());
        json.field("due", copy.due());
        entries(json, copy.entries());
    }

    private static void pending(Json json, Pending pending) {
        json.field("source", pending.source());
        json.field("local", pending.local());
        json.field("others", pending.others());
        numbers(json, "targets", pending.targets());
        json.field("page", pending.page());
        json.field("atExit", pending.atExit());
        json.field("parked", pending.parked());
        json.field("holds", pending.holds());
    }

    private static void member(Json json, Picture.Member member) {
        json.field("name", member.name());
        json.field("writable", member.writable());
        json.field("stale", member.stale());
    }

    static void numbers(Json json, String name, Collection<Integer> values) {
        json.numbers(name, values.stream().map(Integer::longValue));
    }
}
