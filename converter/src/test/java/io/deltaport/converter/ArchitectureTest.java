package io.deltaport.converter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What each package may know. */
@AnalyzeClasses(packages = "io.deltaport.converter", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule theOnnxPackageKnowsNoModel =
      noClasses()
          .that()
          .resideInAPackage("..converter.onnx..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..converter.model..",
              "..converter.blocks..",
              "..converter.family..",
              "..converter.weights..",
              "io.deltaport.loader..");

  @ArchTest
  static final ArchRule onlyTheOnnxPackageKnowsProtobuf =
      noClasses()
          .that()
          .resideOutsideOfPackage("..converter.onnx..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnx..", "com.google.protobuf..");

  @ArchTest
  static final ArchRule graphsAreBuiltWithoutFiles =
      noClasses()
          .that()
          .resideInAnyPackage("..converter.model..", "..converter.blocks..", "..converter.family..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..", "java.io..", "..converter.rewrite..");

  @ArchTest
  static final ArchRule onlyTheListOfFamiliesKnowsThem =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..converter.blocks..",
              "..converter.calibrate..",
              "..converter.model..",
              "..converter.onnx..",
              "..converter.quantize..",
              "..converter.rewrite..",
              "..converter.weights..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..converter.family..");

  @ArchTest
  static final ArchRule aFamilyIsKnownByItsListAlone =
      noClasses()
          .that()
          .resideOutsideOfPackage("..converter.family..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..converter.family.*..");

  @ArchTest
  static final ArchRule blocksKnowNoWholeModel =
      noClasses()
          .that()
          .resideInAPackage("..converter.blocks..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..converter.model..");

  @ArchTest
  static final ArchRule weightsKnowNoGraph =
      noClasses()
          .that()
          .resideInAnyPackage("..converter.weights..", "..converter.rewrite..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..converter.onnx..", "..converter.model..", "..converter.blocks..");
}
