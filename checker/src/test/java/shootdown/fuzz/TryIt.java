package shootdown.fuzz;

import shootdown.checker.*;
import shootdown.policy.*;
import java.util.*;

final class TryIt {
    public static void main(String[] a) {
        Target tg = Target.all().stream().filter(t -> t.name().equals(a[0])).findFirst().orElseThrow();
        CatalogueEntry p = tg.policy();
        CatalogueEntry ctl = Catalogue.find("v1").orElseThrow();
        long seed = Long.parseLong(a[1]);
        int from = Integer.parseInt(a[2]), n = Integer.parseInt(a[3]);
        long steps = 0, walks = 0, t0 = System.nanoTime();
        long all = 0;
        for (Property q : Property.byDefault()) all |= q.bit();
        Map<String, Integer> errors = new TreeMap<>();
        Map<String, Integer> found = new TreeMap<>();
        for (int u = from; u < n; u++) {
            Blueprint b = Composer.compose(Dice.of(seed, u), tg.defects());
            Universe v = b.universe("fuzz-" + u);
            Hunt h = new Hunt(p.policy(), v, Dice.of(seed ^ 77, u), () -> false);
            try {
                Trip t = h.run(all);
                if (t != null) {
                    found.merge(t.property() + "", 1, Integer::sum);
                    long t1 = System.nanoTime();
                    Trip s = Reducer.shorter(p.policy(), v, t);
                    Reducer r = new Reducer(p, t.property(), () -> false);
                    Blueprint nb = r.narrowed(b, s);
                    boolean br = r.breaks(nb);
                    System.out.println(u + " " + t.property() + " after " + h.steps() + " steps, len " + t.steps().size() + " -> " + s.steps().size() + " cpus " + b.cpus() + " " + b.switches() + " ops " + b.operations().size() + " doms " + b.domains().size() + " narrowed " + nb.operations().size() + " breaks " + br);
                    if (br) {
                        Blueprint sm = r.smallest(nb, Reducer.ANYTHING);
                        Cell c = r.explore(p, sm, "x");
                        System.out.println("   smallest: " + sm.operations().size() + " ops " + sm.frames().size() + " frames " + sm.cpus() + " cpus " + sm.switches() + " states " + c.states() + " " + c.end() + " broken " + c.broken() + " control v1 " + r.control(ctl, sm) + " in " + (System.nanoTime() - t1) / 1000000 + " ms");
                        if (a.length > 4) {
                        Story st = Storyteller.tell(p, sm.universe("x-" + u), t.property(), CheckOptions.reduced()).orElseThrow();
                        System.out.println("   setup " + sm.setup() + " frames " + sm.frames());
                        for (var o : sm.operations()) System.out.println("   op " + sm.universe("x").named(o.operation().text()) + " cpus " + Long.toHexString(o.cpus()) + " " + o.caller() + " " + o.about());
                        for (var e : st.events()) System.out.println("   " + e.number() + " cpu" + e.cpu() + " " + e.function() + ": " + e.text() + " " + e.changes());
                        System.out.println("   " + st.wrong());
                        }
                    }
                }
            } catch (RuntimeException e) {
                StackTraceElement[] st = e.getStackTrace();
                String m = e.getClass().getSimpleName() + " " + e.getMessage() + (st.length == 0 ? "" : " " + st[0] + " < " + st[1] + " < " + st[2]);
                errors.merge(m, 1, Integer::sum);
                System.out.println(u + " " + m); if (a.length > 4) e.printStackTrace(System.out);
            }
            steps += h.steps(); walks += h.walks();
        }
        double s = (System.nanoTime() - t0) / 1e9;
        System.out.printf("%d steps %d walks %.1f s %.0f steps/s found %s%n", steps, walks, s, steps / s, found);
        errors.forEach((k, c) -> System.out.println(c + " x " + k));
    }
}
