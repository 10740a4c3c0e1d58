package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.kernels.GpuInfo;
import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.runtime.cuda.CudaDiagnosis;
import io.deltaport.runtime.cuda.CudaLibrary;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code deltaport doctor}. */
@Command(
    name = "doctor",
    sortOptions = false,
    description = {
      "Shows whether models can run on a GPU here, and if not, what is missing and which package has it.",
      "",
      "With MODEL also whether it fits into the memory of the GPU, and with how much context."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport doctor",
      "  deltaport doctor qwen",
      "  deltaport doctor --json"
    })
final class DoctorCommand extends JsonCommand {
  @Parameters(index = "0", arity = "0..1", paramLabel = "MODEL", description = "A model.")
  private Optional<String> model = Optional.empty();

  @Override
  public Integer call() {
    CudaDiagnosis diagnosis = CudaDiagnosis.now();
    Optional<GpuFit> fit = diagnosis.gpu().flatMap(gpu -> model.map(name -> fit(name, gpu)));
    if (wantsJson()) {
      Json.print(out(), json(diagnosis, fit));
    } else {
      print(out(), diagnosis, fit);
    }
    return ExitCode.DONE;
  }

  private static GpuFit fit(String name, GpuInfo gpu) {
    Path path = Checkpoint.resolve(name);
    return GpuFit.of(Inspection.of(path).size(), gpu.freeBytes());
  }

  private static void print(PrintWriter out, CudaDiagnosis diagnosis, Optional<GpuFit> fit) {
    out.println("CUDA provider      " + (diagnosis.provider() ? "there" : "missing"));
    for (CudaLibrary library : CudaLibrary.values()) {
      boolean found = !diagnosis.missing().containsKey(library);
      out.printf("%-17s  %s%n", library.file(), found ? "found" : "missing");
    }
    diagnosis.gpu().ifPresent(gpu -> print(out, gpu));
    fit.ifPresent(found -> out.println("fits               " + found.text()));
    if (diagnosis.works()) {
      out.println("CUDA works");
    } else {
      out.println("CUDA cannot run here:");
      diagnosis.problems().forEach(problem -> out.println("  " + problem));
    }
  }

  private static void print(PrintWriter out, GpuInfo gpu) {
    out.printf(
        "GPU                %s, compute capability %d.%d, %d multiprocessors%n",
        gpu.name(), gpu.capability() / 10, gpu.capability() % 10, gpu.processors());
    out.printf("driver             CUDA %d.%d%n", gpu.driver() / 1000, gpu.driver() % 1000 / 10);
    out.println("kernels            " + (gpu.kernels().isEmpty() ? "none" : gpu.kernels()));
    out.printf(
        "memory             %s of %s free%n",
        Bytes.text(gpu.freeBytes()), Bytes.text(gpu.totalBytes()));
  }

  private static ObjectNode json(CudaDiagnosis diagnosis, Optional<GpuFit> fit) {
    ObjectNode object = Json.object();
    object.put("works", diagnosis.works());
    object.put("provider", diagnosis.provider());
    ObjectNode libraries = object.putObject("libraries");
    for (CudaLibrary library : CudaLibrary.values()) {
      libraries.put(library.file(), !diagnosis.missing().containsKey(library));
    }
    object.putNull("gpu");
    diagnosis.gpu().ifPresent(gpu -> put(object.putObject("gpu"), gpu));
    object.putNull("fit");
    fit.ifPresent(found -> found.put(object.putObject("fit")));
    diagnosis.problems().forEach(object.putArray("problems")::add);
    return object;
  }

  private static void put(ObjectNode object, GpuInfo gpu) {
    object.put("name", gpu.name());
    object.put("capability", gpu.capability());
    object.put("processors", gpu.processors());
    object.put("driver", gpu.driver());
    object.put("kernels", gpu.kernels());
    object.put("free_bytes", gpu.freeBytes());
    object.put("total_bytes", gpu.totalBytes());
  }
}
