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

  private static final Pattern TABLE = Pattern.compile("(?m)^(\\w+) = pd\\.(?!to_)");

  private static final Pattern FILE = Pattern.compile("'/mnt/data/(?:[^']*/)?([^'/.]+)[^']*'");

  private static final Pattern SHEET = Pattern.compile("sheet_name='([^']+)'");

  private record Use(String of, String line) {
    boolean in(String code) {
      return Pattern.compile("(?<![\\w.])" + Pattern.quote(of)).matcher(code).find();
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
    List<List<String>> reads = new ArrayList<>();
    for (String card : cards) {
      LINE.matcher(card).results().map(m -> statements(m.group(1))).forEach(reads::add);
    }
    reads.removeIf(List::isEmpty);
    if (reads.isEmpty() || reads.size() > MOST) {
      return "";
    }
    Set<String> lines = new LinkedHashSet<>();
    for (List<String> read : reads) {
      lines.addAll(reads.size() == 1 ? read : named(read));
    }
    String body = String.join("\n", lines);
    List<String> program = new ArrayList<>();
    for (Use use : IMPORTS) {
      if (use.in(body)) {
        program.add(use.line());
      }
    }
    program.addAll(lines);
    return String.join("\n", program);
  }

  /** The names of the tables that a program made by {@link #of} reads. */
  static List<String> tables(String program) {
    return TABLE.matcher(program).results().map(m -> m.group(1)).toList();
  }

  /** Without those that are only a pattern, such as {@code pd.read_sql('SELECT …')}. */
  private static List<String> statements(String line) {
    List<String> whole = new ArrayList<>();
    for (String statement : line.split("; ")) {
      if (!statement.contains("…")) {
        whole.add(statement.strip());
      }
    }
    return whole;
  }

  /** Where there are several files or sheets, {@code df} is called by its sheet or file. */
  private static List<String> named(List<String> read) {
    String all = String.join(" ", read);
    Matcher sheet = SHEET.matcher(all);
    Matcher file = FILE.matcher(all);
    Matcher source = sheet.find() ? sheet : file.find() ? file : null;
    if (source == null) {
      return read;
    }
    String name = source.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    String called = name.matches("[a-z].*") ? name : "table_" + name;
    return read.stream()
        .map(s -> s.replaceAll("\\bdf\\b(?=\\[| =)", Matcher.quoteReplacement(called)))
        .toList();
  }
}
