/**
 * Xen's x86 PV MMU: page types and counts, the hypercalls that edit page tables, the linear map,
 * entering and leaving Xen, root copies and flushing.
 *
 * <p>Invariant: this is the only implementation of the hypervisor. A driver (checker, scenario,
 * conformance, trace) only chooses which CPU goes next, which operation it begins, and which of
 * several possible results an access has. The whole machine is one flat {@code long[]}; {@link
 * shootdown.hypervisor.Layout} owns every offset.
 *
 * <p>Start reading at {@link shootdown.hypervisor.Hypervisor} for the steps, then {@link
 * shootdown.hypervisor.MmuUpdate} ({@code do_mmu_update} in mm.c) and {@link
 * shootdown.hypervisor.PageTypes} ({@code _get_page_type}, {@code _put_page_type}).
 */
@NullMarked
package shootdown.hypervisor;

import org.jspecify.annotations.NullMarked;
