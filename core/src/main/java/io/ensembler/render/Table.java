package io.ensembler.render;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Columns below their headings. For one use by one thread. */
final class Table {

    /** What is longer pushes the rest of its line to the right, and no other line. */
    private static final int WIDEST = 64;

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(List.of(headings));
    }

    void add(String... cells) {
        rows.add(List.of(cells));
    }

    /** Returns the lines, without the columns that hold {@code nothing} in every row. */
    List<String> lines(String nothing) {
        var columns = IntStream.range(0, rows.get(0).size())
                .filter(column ->
                        rows.stream().skip(1).anyMatch(row -> !row.get(column).equals(nothing)))
                .boxed()
                .toList();
        return rows.stream()
                .map(row -> {
                    var line = new StringBuilder();
                    columns.forEach(column -> append(line, row.get(column), width(column)));
                    return line.toString();
                })
                .toList();
    }

    private static void append(StringBuilder line, String cell, int width) {
        line.append(cell).append(" ".repeat(Math.max(0, width - cell.length()))).append(width == 1 ? " " : "  ");
    }

    private int width(int column) {
        int widest = rows.stream()
                .mapToInt(row -> row.get(column).length())
                .filter(width -> width <= WIDEST)
                .max()
                .orElse(0);
        return Math.max(1, widest);
    }
}
