/**
 * The part of an x86 CPU that decides which translation an access uses: 64-bit entries, four-level
 * walks, TLBs and paging-structure caches with PCIDs and global entries.
 *
 * <p>Invariant: nothing in here knows of Xen. A machine is a flat {@code long[]}; {@link
 * shootdown.hardware.Geometry} says where entries, control registers and cached sets lie in it. The
 * rules H1..H50 that tests and comments cite are those of {@code docs/hardware.md} (Intel SDM
 * volume 3A chapter 4.10, AMD APM volume 2 chapter 5.5).
 *
 * <p>Start reading at {@link shootdown.hardware.TranslationCaches}, then {@link
 * shootdown.hardware.SaturatedCaches} for the reason why nobody has to explore fills and evictions;
 * {@link shootdown.hardware.ExplicitCaches} does explore them, to prove it. {@link
 * shootdown.hardware.Walk} is a walk past all caches.
 */
@NullMarked
package shootdown.hardware;

import org.jspecify.annotations.NullMarked;
