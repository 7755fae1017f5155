package shootdown.report;

import java.util.Locale;

/** Numbers for people, the same in every country. */
public final class Numbers {
    private Numbers() {}

    /** With commas. */
    public static String of(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Such as {@code 1 cell} and {@code 2 cells}. */
    public static String count(long number, String one, String many) {
        return of(number) + " " + (number == 1 ? one : many);
    }

    /** Three digits that tell, such as {@code 1.23M}. */
    static String rough(double number) {
        String[] units = {"", "k", "M", "G", "T"};
        double value = number;
        int unit = 0;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        int digits = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
        boolean whole = unit > 0 || value >= 100 || Math.abs(value - Math.rint(value)) < 0.05;
        return String.format(Locale.ROOT, "%." + (whole ? digits : 1) + "f%s", value, units[unit]);
    }

    /** Such as {@code 1.5 GiB}. */
    public static String bytes(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }
}
