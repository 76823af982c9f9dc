package dev.sandglass;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** docs/ARCHITECTURE.md's directions: who may know whom, and who may know which library. */
class ArchitectureTest {

  private static final String ROOT = "dev.sandglass";

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  /** Package → what it may know of ours besides itself; all but the bottom know {@code common}. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("common", Set.of()),
          Map.entry("config", Set.of()),
          Map.entry("store", Set.of()),
          Map.entry("key", Set.of("store", "config")),
          Map.entry("file", Set.of("store", "config")),
          Map.entry("retry", Set.of("store")),
          Map.entry("sandbox", Set.of()),
          Map.entry("sandbox.protocol", Set.of("sandbox")),
          Map.entry("sandbox.oci", Set.of("sandbox", "sandbox.protocol")),
          Map.entry("sandbox.probe", Set.of("sandbox")),
          Map.entry("billing", Set.of("store", "config")),
          Map.entry("container", Set.of("sandbox", "file", "billing", "store", "config")),
          Map.entry("model", Set.of("config")),
          Map.entry("model.local", Set.of()),
          Map.entry(
              "responses", Set.of("model", "container", "file", "sandbox", "store", "config")),
          Map.entry(
              "api",
              Set.of(
                  "responses",
                  "model",
                  "container",
                  "file",
                  "billing",
                  "key",
                  "retry",
                  "store",
                  "config")),
          Map.entry(
              "server",
              Set.of(
                  "api",
                  "responses",
                  "model",
                  "model.local",
                  "container",
                  "sandbox",
                  "sandbox.oci",
                  "sandbox.probe",
                  "file",
                  "billing",
                  "key",
                  "retry",
                  "store",
                  "config")),
          Map.entry("cli.local", Set.of()),
          Map.entry("cli.setup", Set.of("cli.local", "model.local", "sandbox.oci", "config")),
          Map.entry("cli.ask", Set.of("cli.setup", "cli.local", "config")),
          Map.entry(
              "cli.doctor", Set.of("cli.setup", "server", "sandbox", "sandbox.probe", "config")),
          Map.entry("cli.eval", Set.of("cli.ask", "cli.setup", "cli.local", "config")),
          Map.entry(
              "cli.rehearsal", Set.of("cli.local", "server", "model", "sandbox", "key", "config")),
          Map.entry(
              "cli",
              Set.of(
                  "cli.ask",
                  "cli.doctor",
                  "cli.rehearsal",
                  "cli.eval",
                  "cli.setup",
                  "cli.local",
                  "server",
                  "model.local",
                  "billing",
                  "key",
                  "store",
                  "config")));

  /** Libraries that one corner only may know, so that another could take their place there. */
  private static final Map<String, Set<String>> LIBRARIES =
      Map.of(
          "io.javalin..", Set.of("api"),
          "org.eclipse.jetty..", Set.of("api"),
          "jakarta.servlet..", Set.of("api"),
          "org.apache.commons.fileupload2..", Set.of("api"),
          "org.flywaydb..", Set.of("store"),
          "com.zaxxer..", Set.of("store"),
          "io.prometheus..", Set.of("api", "server"),
          "picocli..", Set.of("cli", "cli.ask", "cli.eval", "cli.rehearsal"),
          "ch.qos.logback..", Set.of("cli"),
          "java.net.http..", Set.of("model", "model.local", "cli.local"));

  @TestFactory
  Stream<DynamicTest> aPackageKnowsNoneButTheOnesBelowIt() {
    return MAY_KNOW.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> dynamicTest(e.getKey(), () -> knowsAtMost(e.getKey(), e.getValue())));
  }

  private static void knowsAtMost(String name, Set<String> allowed) {
    String[] known =
        Stream.concat(Stream.of(name, "common"), allowed.stream())
            .distinct()
            .map(ArchitectureTest::named)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(named(name))
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(known))))
        .check(CODE);
  }

  @Test
  void everyPackageHasItsDirections() {
    Set<String> packages =
        CODE.stream()
            .map(JavaClass::getPackageName)
            .map(p -> p.substring(ROOT.length() + 1))
            .collect(Collectors.toSet());
    assertThat(MAY_KNOW.keySet()).isEqualTo(packages);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().assignedFrom(new PackageSlices()).should().beFreeOfCycles().check(CODE);
  }

  @TestFactory
  Stream<DynamicTest> aLibraryStaysInItsCorner() {
    return LIBRARIES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> dynamicTest(e.getKey(), () -> staysIn(e.getKey(), e.getValue())));
  }

  private static void staysIn(String library, Set<String> corners) {
    String[] packages = corners.stream().map(ArchitectureTest::named).toArray(String[]::new);
    noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CODE);
    assertThat(CODE.that(resideInAnyPackage(packages)))
        .as("someone uses %s: else the rule is stale", library)
        .anyMatch(c -> knows(c, resideInAPackage(library)));
  }

  @Test
  void sqlIsSpokenByTheStoreAndByRepositories() {
    noClasses()
        .that()
        .resideOutsideOfPackage(named("store"))
        .and(
            not(nameMatching(".*\\.(\\w+Repository|ResponseStore|FileService|KeyService)(\\$.*)?")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.jdbi..", "java.sql..", "javax.sql.."))
        .check(CODE);
  }

  @Test
  void theSandboxKnowsNothingOfHttpOrSql() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".sandbox..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.net.http..", "com.sun.net.httpserver..", "org.jdbi..", "java.sql..")
        .check(CODE);
  }

  @Test
  void processesAreStartedOnlyWhereProgramsAreRun() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".cli..", named("model.local"), named("sandbox.oci"))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .check(CODE);
  }

  @Test
  void onlyTheCommandLineTalksToTheTerminal() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".cli..")
        .should(ACCESS_STANDARD_STREAMS)
        .check(CODE);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".cli..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CODE);
  }

  @Test
  void everyPackageIsCheckedForNulls() {
    classes().that().resideInAPackage(ROOT + "..").should(be(inANullMarkedPackage())).check(CODE);
  }

  private static DescribedPredicate<JavaClass> inANullMarkedPackage() {
    return DescribedPredicate.describe(
        "in a package marked @NullMarked",
        c ->
            c.getPackage()
                .tryGetPackageInfo()
                .filter(p -> p.isAnnotatedWith(NullMarked.class))
                .isPresent());
  }

  private static boolean knows(JavaClass c, DescribedPredicate<JavaClass> other) {
    return c.getDirectDependenciesFromSelf().stream().anyMatch(d -> other.test(d.getTargetClass()));
  }

  private static String named(String name) {
    return ROOT + "." + name;
  }

  /** One slice for each package, so that a cycle of a package with its child is one too. */
  private static final class PackageSlices implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass c) {
      return SliceIdentifier.of(c.getPackageName());
    }

    @Override
    public String getDescription() {
      return "every package";
    }
  }
}
