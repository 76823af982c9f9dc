package dev.sandglass.cli.setup;

import dev.sandglass.model.local.InstallProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Builds the sandbox image by its recipe, sandbox/image/build.sh, which is resumable and all or
 * nothing.
 */
final class ImageStep implements SetupStep {

  /** The recipe's progress lines: {@code wheels: 34/102}, {@code debian: 71%}. */
  private static final Pattern COUNT = Pattern.compile("([\\w -]+): (\\d+)/(\\d+)");

  private static final Pattern PERCENT = Pattern.compile("([\\w -]+): (\\d+)%");

  private final Path recipe;
  private final Path images;
  private final Path image;

  /**
   * @param recipe the directory sandbox/image
   * @param images the cache's directory of images
   * @param image where this recipe's image goes
   */
  ImageStep(Path recipe, Path images, Path image) {
    this.recipe = recipe;
    this.images = images;
    this.image = image;
  }

  @Override
  public String name() {
    return "sandbox image";
  }

  @Override
  public boolean needed() {
    return !Files.exists(image.resolve("image.json"));
  }

  @Override
  public void run(InstallProgress progress) throws InterruptedException {
    ChildProcess.run(
        List.of(
            recipe.resolve("build.sh").toString(),
            "--out",
            image.toString(),
            "--work",
            images.resolve("work").toString()),
        images.resolve("build.log"),
        line -> report(line, progress));
  }

  private static void report(String line, InstallProgress progress) {
    Matcher count = COUNT.matcher(line);
    Matcher percent = PERCENT.matcher(line);
    if (count.matches()) {
      progress.update(
          count.group(1), Long.parseLong(count.group(2)), Long.parseLong(count.group(3)));
    } else if (percent.matches()) {
      progress.update(percent.group(1), Long.parseLong(percent.group(2)), 100);
    } else if (line.matches("[\\w -]+: .{1,80}")) {
      progress.update(line, 0, 0);
    }
  }
}
