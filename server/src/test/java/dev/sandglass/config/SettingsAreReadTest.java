package dev.sandglass.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A setting that nothing reads would promise what nobody keeps. */
class SettingsAreReadTest {

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sandglass");

  @Test
  void everySettingIsReadByTheCodeThatItIsFor() {
    List<String> idle = new ArrayList<>();
    for (Class<?> section : sections().toList()) {
      for (RecordComponent setting : section.getRecordComponents()) {
        if (!isRead(section, setting.getName())) {
          idle.add(section.getSimpleName() + "." + setting.getName());
        }
      }
    }
    assertThat(idle).as("settings that no code outside of the configuration reads").isEmpty();
  }

  private static Stream<Class<?>> sections() {
    return Stream.concat(
            Stream.of(Config.class), Stream.<Class<?>>of(Config.class.getDeclaredClasses()))
        .filter(Class::isRecord);
  }

  /** By its accessor, or by a method of the section that makes something of it. */
  private static boolean isRead(Class<?> section, String setting) {
    JavaClass owner = CODE.get(section);
    JavaMethod accessor = owner.getMethod(setting);
    return calledFromOutside(accessor)
        || owner.getField(setting).getAccessesToSelf().stream()
            .map(a -> a.getOrigin())
            .filter(origin -> !origin.equals(accessor))
            .anyMatch(SettingsAreReadTest::calledFromOutside);
  }

  private static boolean calledFromOutside(JavaCodeUnit method) {
    return method instanceof JavaMethod m
        && m.getAccessesToSelf().stream()
            .anyMatch(
                a -> !a.getOriginOwner().getPackageName().equals(Config.class.getPackageName()));
  }
}
