package dev.sandglass.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines by which file cards say how a file is read, as the beginning of a program. Small models
 * take a line "Read it with: df = …" for something that has been done. Pure.
 */
final class ReadingLines {

  private static final int MOST = 4;

  private static final Pattern LINE = Pattern.compile("(?m)^Read it with: (.+)$");

  /** A table: what it is read by, and what it can be called when there are several. */
  private static final Pattern TABLE =
      Pattern.compile(
          "df = (pd\\.read_\\w+\\('(?:[^']*/)?([^'/.]+)[^']*'(?:, sheet_name='([^']+)')?.*)");

  private record Use(String of, String line) {
    boolean in(String code) {
      return code.matches(".*(?<![\\w.])" + Pattern.quote(of) + ".*");
    }
  }

  private static final List<Use> IMPORTS =
      List.of(
          new Use("pd.", "import pandas as pd"),
          new Use("np.", "import numpy as np"),
          new Use("json.", "import json"),
          new Use("ET.", "import xml.etree.ElementTree as ET"),
          new Use("sqlite3.", "import sqlite3"),
          new Use("zipfile.", "import zipfile"),
          new Use("h5py.", "import h5py"),
          new Use("pdfplumber.", "import pdfplumber"),
          new Use("Image.", "from PIL import Image"));

  private ReadingLines() {}

  /** The beginning of a program that reads what the cards are about; "" if they don't say how. */
  static String of(List<String> cards) {
    List<String> reads = new ArrayList<>();
    for (String card : cards) {
      LINE.matcher(card).results().map(m -> statements(m.group(1))).forEach(reads::add);
    }
    reads.removeIf(String::isBlank);
    if (reads.isEmpty() || reads.size() > MOST) {
      return "";
    }
    Set<String> lines = new LinkedHashSet<>();
    for (Use use : IMPORTS) {
      if (reads.stream().anyMatch(use::in)) {
        lines.add(use.line());
      }
    }
    for (String read : reads) {
      lines.add(reads.size() == 1 ? read : named(read));
    }
    return String.join("\n", lines);
  }

  /** Without those that are only a pattern, such as {@code pd.read_sql('SELECT …')}. */
  private static String statements(String line) {
    List<String> whole = new ArrayList<>();
    for (String statement : line.split("; ")) {
      if (!statement.contains("…")) {
        whole.add(statement.replaceFirst("  # .*", "").strip());
      }
    }
    return String.join("; ", whole);
  }

  private static String named(String read) {
    Matcher table = TABLE.matcher(read);
    if (!table.matches()) {
      return read;
    }
    String source = table.group(3) == null ? table.group(2) : table.group(3);
    String name = source.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    return (name.matches("[a-z].*") ? name : "table_" + name) + " = " + table.group(1);
  }
}
