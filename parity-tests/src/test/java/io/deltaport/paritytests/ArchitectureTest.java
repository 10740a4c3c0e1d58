package io.deltaport.paritytests;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Which module may need which, and that no two packages of a module need each other. */
class ArchitectureTest {
  private static final String ROOT = "io.deltaport.";

  /** First packages of the modules; each may need those before it. */
  private static final List<String> MODULES =
      List.of(
          "loader",
          "directory",
          "converter",
          "kernels",
          "template",
          "tokenizer",
          "grammar",
          "runtime",
          "evaluate",
          "engine",
          "server",
          "cli");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("io.deltaport");

  @Test
  void everyModuleIsKnown() {
    Set<String> found =
        CLASSES.stream()
            .filter(type -> !type.getPackageName().equals("io.deltaport"))
            .map(ArchitectureTest::module)
            .collect(Collectors.toSet());
    assertEquals(Set.copyOf(MODULES), found);
  }

  @Test
  void aModuleNeedsOnlyModulesBeforeIt() {
    Set<String> wrong =
        CLASSES.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(need -> need.getTargetClass().getPackageName().startsWith(ROOT))
            .filter(need -> place(need.getTargetClass()) > place(need.getOriginClass()))
            .map(Dependency::getDescription)
            .collect(Collectors.toSet());
    assertEquals(Set.of(), wrong);
  }

  @ParameterizedTest
  @FieldSource("MODULES")
  void noTwoPackagesOfAModuleNeedEachOther(String module) {
    slices().assignedFrom(packagesOf(module)).should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void optionsNeedNoOtherPackageOfTheRuntime() {
    noClasses()
        .that()
        .resideInAPackage("io.deltaport.runtime.options")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.deltaport.runtime..")
                .and(resideOutsideOfPackage("io.deltaport.runtime.options")))
        .check(CLASSES);
  }

  @Test
  void theRuntimeKnowsOneClassOfTheConverter() {
    noClasses()
        .that()
        .resideInAPackage("io.deltaport.runtime..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.deltaport.converter..")
                .and(not(nameStartingWith("io.deltaport.converter.DirectConversion"))))
        .check(CLASSES);
  }

  @Test
  void grammarsNeedNoRuntime() {
    noClasses()
        .that()
        .resideInAPackage("io.deltaport.grammar..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.deltaport..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.deltaport.grammar..",
                            "io.deltaport.tokenizer..",
                            "io.deltaport.loader.."))))
        .check(CLASSES);
  }

  private static String module(JavaClass type) {
    return type.getPackageName().substring(ROOT.length()).split("\\.", 2)[0];
  }

  private static int place(JavaClass type) {
    return MODULES.indexOf(module(type));
  }

  private static SliceAssignment packagesOf(String module) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = type.getPackageName();
        return (name + ".").startsWith(ROOT + module + ".")
            ? SliceIdentifier.of(name)
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages of " + module;
      }
    };
  }
}
