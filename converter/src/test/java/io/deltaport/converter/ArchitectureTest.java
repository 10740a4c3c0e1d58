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
              "..converter.model..", "..converter.weights..", "io.deltaport.loader..");

  @ArchTest
  static final ArchRule onlyTheOnnxPackageKnowsProtobuf =
      noClasses()
          .that()
          .resideOutsideOfPackage("..converter.onnx..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnx..", "com.google.protobuf..");

  @ArchTest
  static final ArchRule theModelPackageOpensNoFile =
      noClasses()
          .that()
          .resideInAPackage("..converter.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..", "java.io..", "..converter.rewrite..");

  @ArchTest
  static final ArchRule weightsKnowNoGraph =
      noClasses()
          .that()
          .resideInAnyPackage("..converter.weights..", "..converter.rewrite..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..converter.onnx..", "..converter.model..");
}
