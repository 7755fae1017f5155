package shootdown.hardware;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a class models. {@code docs/xen-map.md} is made of these, so a class without one is listed
 * there as ours.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Models {
    /** Functions of Xen, such as {@code mm.c: do_mmu_update}, or sections of a manual. */
    String[] value();

    /** How the class differs from its model; empty if it does not. */
    String simplified() default "";
}
