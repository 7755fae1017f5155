package shootdown.hypervisor;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.TranslationCaches;
import shootdown.policy.Policy;

/** The classes of which Xen is made, each with those that it needs. */
final class Wiring {
    final Layout layout;
    final Machine machine;
    final Alphabet operations;
    final TranslationCaches caches;
    final PageInfo pages;
    final CpuState cpus;
    final UndoLog log;
    final EntryStore entries;
    final Flushing flushing;
    final GuestEntry entry;
    final EntryReferences refs;
    final LinearReads linear;
    final PageTypes types;
    final MmuUpdate mmuUpdate;
    final UpdateVaMapping updateVaMapping;
    final MmuExt mmuExt;
    final GuestAccess guestAccess;
    final GuestFlush guestFlush;
    final Grants grants;
    final Reservations reservations;
    final Results results;
    final ForeignDomains domains;
    final Programs programs;
    final SegmentState segments;
    final DescriptorTables descriptors;
    final LoadSegment loadSegment;
    final Ptwr ptwr;
    final AccessInstruction accesses;
    final PrivilegedInstructions privileged;
    final UserMode userMode;
    final FaultWalk faultWalk;
    final Preemption preemption;
    final Scheduler scheduler;
    final Toolstack toolstack;
    final Events events = new Events();
    final CurrentCall current;

    Wiring(Layout layout, TranslationCaches caches, Policy policy, @Nullable Policy compared) {
        this.layout = layout;
        this.machine = layout.machine();
        this.operations = new Alphabet(machine, layout.geometry().keys());
        this.caches = caches;
        pages = new PageInfo(layout);
        cpus = new CpuState(layout);
        log = new UndoLog(layout);
        current = new CurrentCall(operations, cpus);
        results = new Results(layout);
        domains = new ForeignDomains(machine, cpus);
        programs = new Programs(layout, operations, cpus, results, domains, events);
        entries = new EntryStore(layout, pages, cpus, log, events);
        FlushLocal flushLocal = new FlushLocal(layout, pages, cpus, caches, events, entries);
        entry = new GuestEntry(layout, cpus, caches, flushLocal, events);
        ContextSwitch contextSwitch = new ContextSwitch(layout, cpus, flushLocal, entry, events);
        flushing = new Flushing(layout, cpus, flushLocal, entry, contextSwitch, events);
        scheduler = new Scheduler(layout, cpus, operations, flushing, contextSwitch);
        EntryRules rules = new EntryRules(machine);
        refs = new EntryReferences(layout, pages, cpus, rules, entries);
        types = new PageTypes(layout, pages, cpus, rules, entries, refs, flushing, events);
        ModEntry mod = new ModEntry(rules, entries, types, refs, cpus, pages, machine);
        mmuUpdate =
                new MmuUpdate(
                        layout,
                        pages,
                        cpus,
                        domains,
                        programs,
                        entries,
                        types,
                        refs,
                        mod,
                        flushing,
                        flushLocal,
                        events,
                        policy,
                        compared);
        guestFlush = new GuestFlush(cpus, flushing);
        linear =
                machine.replays
                        ? new RecordedReads(layout, entries, caches, events)
                        : new LinearReads(layout, entries, caches, events);
        updateVaMapping =
                new UpdateVaMapping(layout, pages, cpus, domains, linear, types, mod, guestFlush);
        segments = new SegmentState(layout);
        descriptors =
                new DescriptorTables(layout, cpus, pages, entries, refs, types, segments, flushing);
        mmuExt =
                new MmuExt(
                        layout, pages, cpus, entries, types, refs, entry, guestFlush, descriptors);
        reservations = new Reservations(layout, pages, cpus);
        grants =
                new Grants(
                        layout, pages, cpus, results, entries, rules, refs, types, flushing, linear,
                        events);
        Traps traps = new Traps(cpus, results, events);
        loadSegment =
                new LoadSegment(
                        layout, cpus, pages, entries, types, segments, linear, entry, traps);
        ptwr = new Ptwr(layout, cpus, pages, entries, refs, types, linear, traps, events);
        accesses =
                new AccessInstruction(
                        layout, cpus, pages, entries, caches, entry, traps, ptwr, results, events);
        userMode = new UserMode(cpus, entry, traps, linear);
        faultWalk = new FaultWalk(layout, pages, cpus, entries, caches, entry, traps);
        privileged = new PrivilegedInstructions(cpus, entry, mmuExt, traps);
        guestAccess = new GuestAccess(layout, pages, entries, caches, events);
        preemption = new Preemption(layout, cpus, types, programs);
        toolstack = new Toolstack(layout, pages, cpus, entries, refs, flushing, scheduler);
    }
}
