package shootdown.report;

import java.util.ArrayList;
import java.util.List;

/** A table whose columns are as wide as they must be; one that is too wide continues below. */
final class Grid {
    private static final String GAP = "  ";

    private final List<List<Span>> rows = new ArrayList<>();
    private final boolean[] right;
    private int headers;

    /**
     * @param alignment one letter a column: {@code l} or {@code r}
     */
    Grid(String alignment) {
        right = new boolean[alignment.length()];
        for (int column = 0; column < right.length; column++) {
            right[column] = alignment.charAt(column) == 'r';
        }
    }

    /** A row that is repeated above each part. All headers come first. */
    Grid header(List<String> titles) {
        rows.add(titles.stream().map(title -> new Span(title, Tone.TITLE)).toList());
        headers++;
        return this;
    }

    Grid row(List<Span> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    Page page() {
        int[] widths = new int[right.length];
        for (List<Span> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                widths[column] = Math.max(widths[column], row.get(column).text().length());
            }
        }
        Page page = new Page();
        int from = 1;
        do {
            int to = from;
            int width = widths[0];
            while (to < right.length && (to == from || width + 2 + widths[to] <= Page.WIDTH)) {
                width += 2 + widths[to++];
            }
            if (from > 1) {
                page.blank();
            }
            part(page, widths, from, to);
            from = to;
        } while (from < right.length);
        return page;
    }

    private void part(Page page, int[] widths, int from, int to) {
        for (int i = 0; i < rows.size(); i++) {
            page.line(rowOf(rows.get(i), widths, from, to));
            if (i == headers - 1) {
                page.line(Tone.MUTED, rule(widths, from, to));
            }
        }
    }

    private List<Span> rowOf(List<Span> row, int[] widths, int from, int to) {
        List<Span> line = new ArrayList<>();
        int last = to - 1;
        while (last > 0 && (last >= row.size() || row.get(last).text().isEmpty())) {
            last--;
        }
        pad(line, row, 0, widths, last == 0);
        for (int column = from; column <= last; column++) {
            line.add(Span.plain(GAP));
            pad(line, row, column, widths, column == last);
        }
        return line;
    }

    /** One cell with its padding; nothing is padded at the end of a line. */
    private void pad(List<Span> line, List<Span> row, int column, int[] widths, boolean last) {
        Span cell = column < row.size() ? row.get(column) : Span.EMPTY;
        Span space = Span.plain(" ".repeat(widths[column] - cell.text().length()));
        if (right[column]) {
            line.add(space);
        }
        line.add(cell);
        if (!right[column] && !last) {
            line.add(space);
        }
    }

    private static String rule(int[] widths, int from, int to) {
        StringBuilder rule = new StringBuilder("-".repeat(widths[0]));
        for (int column = from; column < to; column++) {
            rule.append(GAP).append("-".repeat(widths[column]));
        }
        return rule.toString();
    }
}
