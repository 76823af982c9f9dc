package dev.sandglass.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of a configuration record, in order, as read from its components. */
final class Schema {

  private Schema() {}

  /** What a key leads to. */
  sealed interface Type {
    /** A nested record. */
    record Section(Class<? extends Record> record) implements Type {}

    /** One value. */
    record Scalar(Class<?> value) implements Type {}

    /** Names of the user's choice, each with a value or a section. */
    record Named(Type value) implements Type {}
  }

  /**
   * One component.
   *
   * @param setting null for a section, which needs no words of its own
   * @param nullable whether it may stay unset
   */
  record Entry(String key, Type type, @Nullable Setting setting, boolean nullable) {

    String defaultText() {
      return setting == null ? "" : setting.value();
    }
  }

  static List<Entry> of(Class<? extends Record> record) {
    List<Entry> entries = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      String key =
          setting != null && !setting.name().isEmpty()
              ? setting.name()
              : lowerDash(component.getName());
      boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      entries.add(new Entry(key, typeOf(component), setting, nullable));
    }
    return List.copyOf(entries);
  }

  static String lowerDash(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** {@code sandbox.cell-timeout} → {@code SANDGLASS_SANDBOX_CELL_TIMEOUT}. */
  static String environmentName(String path) {
    return "SANDGLASS_" + path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private static Type typeOf(RecordComponent component) {
    Class<?> type = component.getType();
    if (Map.class.isAssignableFrom(type)) {
      ParameterizedType map = (ParameterizedType) component.getGenericType();
      return new Type.Named(plain((Class<?>) map.getActualTypeArguments()[1]));
    }
    return plain(type);
  }

  private static Type plain(Class<?> type) {
    return type.isRecord() && type != DataSize.class
        ? new Type.Section(type.asSubclass(Record.class))
        : new Type.Scalar(type);
  }
}
