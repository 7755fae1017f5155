package shootdown.policy;

/**
 * No flush: {@code do_mmu_update} from commit 178c9c3991 (2009-02-04) until XPTI came in 2018.
 *
 * <p>The commit argued that whatever is read through the linear map is checked again (claim 46).
 * That protects the type of a page, not the choice of the page: XSA-286. Xen then had no root
 * copies; on a machine with XPTI this policy leaves them stale too.
 */
public final class None implements Policy {
    @Override
    public int updated(Update update, Flusher flusher, int accumulator) {
        return accumulator;
    }

    @Override
    public void finished(Invocation invocation, Flusher flusher, int accumulator) {}
}
