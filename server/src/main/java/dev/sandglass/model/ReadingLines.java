package dev.sandglass.model;

import java.util.ArrayList;
import java.util.HashSet;
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

  private static final Pattern FILE = Pattern.compile("(['\"])/mnt/data/(?<name>.+?)\\1");

  private static final Pattern SHEET = Pattern.compile("sheet_name=(['\"])(?<name>.+?)\\1");

  /** A statement ends at a semicolon that stands in no string. */
  private static final Pattern STATEMENT =
      Pattern.compile("(?:[^;'\"]++|'(?:[^'\\\\]++|\\\\.)*+'|\"(?:[^\"\\\\]++|\\\\.)*+\"|['\"])++");

  private static final Pattern ASSIGNED = Pattern.compile("^(\\w+) = ");

  /** What is of no use once a table has been made with it. */
  private static final Set<String> PASSING =
      Set.of("con", "data", "root", "z", "f", "pdf", "doc", "rows");

  /** What no table may be called. */
  private static final Set<String> TAKEN =
      Set.of(
          ("and as assert async await break class continue def del elif else except finally for from"
                  + " global if import in is lambda nonlocal not or pass raise return try while with"
                  + " yield all any dict filter float format id input int iter len list map max min"
                  + " next object open print range round set sorted str sum type zip"
                  + " pd np plt json re sqlite3 zipfile h5py pdfplumber docx")
              .split(" "));

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
          new Use("docx.", "import docx"),
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
    Set<String> used = new HashSet<>();
    for (List<String> read : reads) {
      lines.addAll(reads.size() == 1 ? read : apart(named(read), used));
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
    for (Matcher statement = STATEMENT.matcher(line); statement.find(); ) {
      if (!statement.group().isBlank() && !statement.group().contains("…")) {
        whole.add(statement.group().strip());
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
    String title = source == sheet ? source.group("name") : stem(source.group("name"));
    String name = title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    boolean plain = name.matches("[a-z].*") && !TAKEN.contains(name);
    return renamed(read, "df", plain ? name : "table_" + name.replaceFirst("^_", ""));
  }

  /** A file's name without its folders and endings. */
  private static String stem(String path) {
    return path.substring(path.lastIndexOf('/') + 1).replaceFirst("(?<=.)\\..*$", "");
  }

  /** What an earlier file has already gets a number. */
  private static List<String> apart(List<String> read, Set<String> used) {
    List<String> result = read;
    for (String statement : read) {
      Matcher assigned = ASSIGNED.matcher(statement);
      if (assigned.find() && !PASSING.contains(assigned.group(1))) {
        String name = assigned.group(1);
        String unused = name;
        for (int number = 2; !used.add(unused); number++) {
          unused = name + "_" + number;
        }
        result = renamed(result, name, unused);
      }
    }
    return result;
  }

  private static List<String> renamed(List<String> read, String from, String to) {
    return read.stream()
        .map(s -> s.replaceAll("\\b" + from + "\\b(?=\\[| =)", Matcher.quoteReplacement(to)))
        .toList();
  }
}
