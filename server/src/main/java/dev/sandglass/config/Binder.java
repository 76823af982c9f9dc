package dev.sandglass.config;

import dev.sandglass.common.Nearest;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes configuration records out of nodes; collects problems instead of stopping at the first. */
final class Binder {

  private final List<String> problems;

  Binder(List<String> problems) {
    this.problems = problems;
  }

  /** The record, or null if there were problems in it. */
  <R extends Record> @Nullable R bind(Class<R> record, ConfigNode.Mapping node, String prefix) {
    List<Schema.Entry> entries = Schema.of(record);
    List<String> keys = entries.stream().map(Schema.Entry::key).toList();
    int before = problems.size();
    node.members()
        .forEach((key, value) -> {
          if (!keys.contains(key)) {
            problems.add(
                "%s: unknown setting `%s%s`%s"
                    .formatted(value.place(), prefix, key, Nearest.hint(key, keys, "`")));
          }
        });
    @Nullable Object[] values = new Object[entries.size()];
    for (int i = 0; i < values.length; i++) {
      Schema.Entry entry = entries.get(i);
      ConfigNode member = node.members().get(entry.key());
      values[i] = value(entry, member, prefix + entry.key(), node.place());
    }
    return problems.size() > before ? null : construct(record, values);
  }

  private @Nullable Object value(
      Schema.Entry entry, @Nullable ConfigNode given, String path, String parent) {
    return switch (entry.type()) {
      case Schema.Type.Section section -> section(section, given, path);
      case Schema.Type.Named named -> named(named, given, path);
      case Schema.Type.Scalar scalar -> scalar(entry, scalar, given, path, parent);
    };
  }

  private @Nullable Object section(
      Schema.Type.Section section, @Nullable ConfigNode given, String path) {
    ConfigNode.Mapping mapping = mapping(given, path);
    return mapping == null ? null : bind(section.record(), mapping, path + ".");
  }

  private @Nullable Object named(Schema.Type.Named named, @Nullable ConfigNode given, String path) {
    ConfigNode.Mapping mapping = mapping(given, path);
    Map<String, Object> values = new LinkedHashMap<>();
    if (mapping != null) {
      mapping
          .members()
          .forEach((name, node) -> {
            Schema.Entry entry = new Schema.Entry(name, named.value(), null, false);
            Object value = value(entry, node, path + "." + name, node.place());
            if (value != null) {
              values.put(name, value);
            }
          });
    }
    return Collections.unmodifiableMap(values);
  }

  private ConfigNode.@Nullable Mapping mapping(@Nullable ConfigNode given, String path) {
    return switch (given) {
      case null -> new ConfigNode.Mapping(Map.of(), "defaults");
      case ConfigNode.Empty empty -> new ConfigNode.Mapping(Map.of(), empty.place());
      case ConfigNode.Mapping mapping -> mapping;
      case ConfigNode other -> {
        problems.add(other.place() + ": `" + path + "` is a section, not a value");
        yield null;
      }
    };
  }

  private @Nullable Object scalar(
      Schema.Entry entry,
      Schema.Type.Scalar type,
      @Nullable ConfigNode given,
      String path,
      String parent) {
    return switch (given) {
      case ConfigNode.Scalar s -> parse(entry, type, s.text(), path, s.place());
      case ConfigNode.Mapping m -> wrongShape(m, path);
      case ConfigNode.Sequence s -> wrongShape(s, path);
      case null, default -> {
        if (!entry.defaultText().isEmpty()) {
          yield parse(entry, type, entry.defaultText(), path, "default");
        }
        if (!entry.nullable()) {
          problems.add(parent + ": `" + path + "` is missing");
        }
        yield null;
      }
    };
  }

  private @Nullable Object wrongShape(ConfigNode node, String path) {
    problems.add(node.place() + ": `" + path + "` takes one value");
    return null;
  }

  private @Nullable Object parse(
      Schema.Entry entry, Schema.Type.Scalar type, String text, String path, String place) {
    if (text.isEmpty() && entry.nullable()) {
      return null;
    }
    try {
      Object value = Values.parse(type.value(), text);
      if (entry.setting() != null) {
        Values.checkRange(value, entry.setting());
      }
      return value;
    } catch (IllegalArgumentException e) {
      problems.add("%s: `%s: %s`: %s".formatted(place, path, text, e.getMessage()));
      return null;
    }
  }

  private static <R extends Record> R construct(Class<R> record, @Nullable Object[] values) {
    RecordComponent[] components = record.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = components[i].getType();
    }
    try {
      Constructor<R> constructor = record.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + record.getSimpleName(), e);
    }
  }
}
