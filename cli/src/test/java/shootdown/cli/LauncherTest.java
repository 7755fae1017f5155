package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The launcher {@code ./shootdown}, in a project of its own with a stand-in for the JDK (a script
 * that prints its arguments) and for Maven (a script that counts its runs and writes a jar).
 */
class LauncherTest {
    /** All that the launcher and the stand-ins find on their path. */
    private static final List<String> USED_TOOLS =
            List.of(
                    "date",
                    "find",
                    "flock",
                    "grep",
                    "head",
                    "mkdir",
                    "mv",
                    "readlink",
                    "rm",
                    "sleep",
                    "tail");

    @TempDir Path folder;

    /** A project whose path has a space. */
    private Path project;

    private Path tools;
    private Path jdks;
    private Path launcher;

    @BeforeEach
    void layProject() throws IOException {
        folder = folder.toRealPath();
        project = Files.createDirectory(folder.resolve("a project"));
        tools = Files.createDirectory(folder.resolve("tools"));
        jdks = Files.createDirectory(folder.resolve("jdks"));
        launcher = project.resolve("shootdown");
        Path root = Path.of(System.getProperty("shootdown.root", ".."));
        Files.copy(root.resolve("shootdown"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
        write(project.resolve("pom.xml"), "<project/>");
        write(project.resolve("cli/pom.xml"), "<project/>");
        write(project.resolve("cli/src/main/java/Some.java"), "class Some {}");
        for (String tool : USED_TOOLS) {
            for (Path bin : List.of(Path.of("/usr/bin", tool), Path.of("/bin", tool))) {
                if (Files.exists(bin)) {
                    script(tools.resolve(tool), "exec " + bin + " \"$@\"\n");
                }
            }
        }
        script(
                tools.resolve("mvn"),
                """
                echo run >>"$PWD/runs"
                for option in "$@"; do
                    case $option in -Dshootdown.target=*) target=${option#*=} ;; esac
                done
                [ ! -e slow ] || sleep 1
                [ ! -e broken ] || { echo '[ERROR] Some.java: it is broken'; exit 1; }
                mkdir -p "cli/$target"
                echo "$JAVA_HOME" >"cli/$target/shootdown.jar"
                [ ! -e endless ] || { echo started >building; exec sleep 60; }
                """);
    }

    @Test
    void missingJdkIsTwoLinesThatSayWhatToInstall() throws Exception {
        jdk("jdk-17", "17.0.15");
        Run run = launch();
        assertThat(run.exit).isEqualTo(4);
        assertThat(run.out).isEmpty();
        assertThat(run.err.lines()).hasSize(2);
        assertThat(run.err).contains("21 or newer", "apt install openjdk-21-jdk", "Temurin");
    }

    @Test
    void missingMavenIsTwoLinesThatSayWhatToInstall() throws Exception {
        jdk("jdk-25", "25.0.3");
        Files.delete(tools.resolve("mvn"));
        Run run = launch(Map.of("MAVEN_HOME", "/nonexistent"), launcher.toString());
        assertThat(run.exit).isEqualTo(4);
        assertThat(run.err.lines()).hasSize(2);
        assertThat(run.err).contains("apt install maven");
    }

    @Test
    void ownVariableThatNamesNoJdkIsAnError() throws Exception {
        jdk("jdk-25", "25.0.3");
        Run run = launch(Map.of("SHOOTDOWN_JAVA_HOME", "/nonexistent"), launcher.toString());
        assertThat(run.exit).isEqualTo(4);
        assertThat(run.err).contains("SHOOTDOWN_JAVA_HOME", "/nonexistent");
    }

    @Test
    void newestJdkOfTheUsualFoldersIsUsed() throws Exception {
        jdk("jdk-21", "21.0.1");
        Path newest = jdk("jdk-25", "25.0.3");
        jdk("jdk-22", "22");
        assertThat(launch().out).startsWith(newest.toString());
    }

    @Test
    void javaHomeIsPreferredAndOneThatIsTooOldIsPassedOver() throws Exception {
        Path newest = jdk("jdk-25", "25.0.3");
        Path chosen = jdk("jdk-21", "21.0.1");
        Path old = jdk("jdk-17", "17.0.1");
        assertThat(launch(Map.of("JAVA_HOME", chosen.toString()), launcher.toString()).out)
                .startsWith(chosen.toString());
        assertThat(launch(Map.of("JAVA_HOME", old.toString()), launcher.toString()).out)
                .startsWith(newest.toString());
    }

    @Test
    void firstUseBuildsAndSaysSoAndLaterUsesStartAtOnce() throws Exception {
        jdk("jdk-25", "25.0.3");
        Run first = launch();
        assertThat(first.exit).isZero();
        assertThat(first.err).contains("first use: building", "built in");
        Run second = launch();
        assertThat(second.exit).isZero();
        assertThat(second.err).isEmpty();
        assertThat(runsOfMaven()).isEqualTo(1);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void changedOrDeletedSourceIsBuiltAgain() throws Exception {
        jdk("jdk-25", "25.0.3");
        launch();
        Path source = project.resolve("cli/src/main/java/Some.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(launch().err).contains("the sources have changed");
        Files.delete(source);
        assertThat(launch().err).contains("the sources have changed");
        assertThat(launch().err).isEmpty();
        assertThat(runsOfMaven()).isEqualTo(3);
    }

    @Test
    void runsFromAnyFolderThroughSymbolicLinksAndKeepsArgumentsApart() throws Exception {
        jdk("jdk-25", "25.0.3");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("direct"), launcher);
        Path relative =
                Files.createSymbolicLink(folder.resolve("relative"), Path.of("elsewhere/direct"));
        for (Path path : List.of(link, relative)) {
            Run run = launch(Map.of(), path.toString(), "check", "two words", "", "*");
            assertThat(run.exit).isZero();
            assertThat(run.out)
                    .contains("<" + project.resolve(".shootdown/shootdown.jar") + ">")
                    .endsWith("<check><two words><><*>\n");
        }
        Run onPath = launch(Map.of("PATH", elsewhere + ":" + tools), "direct", "check");
        assertThat(onPath.out).endsWith("<check>\n");
    }

    @Test
    void exitCodeIsThatOfTheCommand() throws Exception {
        jdk("jdk-25", "25.0.3");
        assertThat(launch(Map.of("EXIT", "3"), launcher.toString()).exit).isEqualTo(3);
    }

    @Test
    void failedBuildShowsItsErrorAndKeepsTheOldJar() throws Exception {
        jdk("jdk-25", "25.0.3");
        launch();
        Path jar = project.resolve(".shootdown/shootdown.jar");
        FileTime old = Files.getLastModifiedTime(jar);
        write(project.resolve("broken"), "");
        write(project.resolve("cli/src/main/java/Other.java"), "class");
        Run run = launch();
        assertThat(run.exit).isEqualTo(4);
        assertThat(run.out).isEmpty();
        assertThat(run.err).contains("it is broken", "build.log");
        assertThat(Files.getLastModifiedTime(jar)).isEqualTo(old);
        assertThat(leftovers()).isEmpty();
        Files.delete(project.resolve("broken"));
        assertThat(launch().exit).isZero();
    }

    @Test
    void twoFirstUsesAtOnceBuildOnce() throws Exception {
        jdk("jdk-25", "25.0.3");
        write(project.resolve("slow"), "");
        Process first = start(Map.of(), launcher.toString(), "one");
        Process second = start(Map.of(), launcher.toString(), "two");
        Run one = Run.of(first);
        Run two = Run.of(second);
        assertThat(one.exit).as(one.err).isZero();
        assertThat(two.exit).as(two.err).isZero();
        assertThat(one.out).endsWith("<one>\n");
        assertThat(two.out).endsWith("<two>\n");
        if (Files.exists(tools.resolve("flock"))) {
            assertThat(runsOfMaven()).isEqualTo(1);
        }
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void interruptedBuildLeavesNothingBehind() throws Exception {
        jdk("jdk-25", "25.0.3");
        write(project.resolve("endless"), "");
        Process process = start(Map.of(), launcher.toString());
        for (int i = 0; i < 300 && !Files.exists(project.resolve("building")); i++) {
            Thread.sleep(100);
        }
        process.toHandle().destroy();
        Run run = Run.of(process);
        assertThat(run.exit).isEqualTo(143);
        assertThat(run.err).contains("interrupted");
        assertThat(project.resolve(".shootdown/shootdown.jar")).doesNotExist();
        assertThat(leftovers()).isEmpty();
        Files.delete(project.resolve("endless"));
        assertThat(launch().exit).isZero();
    }

    /** A JDK of this version whose {@code java} prints its own folder and its arguments. */
    private Path jdk(String name, String version) throws IOException {
        Path home = jdks.resolve(name);
        write(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/javac"), "");
        script(
                home.resolve("bin/java"),
                """
                printf '%%s: ' '%s'
                printf '<%%s>' "$@"
                echo
                exit "${EXIT:-0}"
                """
                        .formatted(home));
        return home;
    }

    private Run launch() throws Exception {
        return launch(Map.of(), launcher.toString());
    }

    private Run launch(Map<String, String> environment, String... command) throws Exception {
        return Run.of(start(environment, command));
    }

    private Process start(Map<String, String> environment, String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("/usr/bin/env"));
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words).directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of("PATH", tools.toString(), "SHOOTDOWN_JVM_FOLDERS", jdks.toString()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private int runsOfMaven() throws IOException {
        return Files.readAllLines(project.resolve("runs")).size();
    }

    /** What a build makes on its way and must not leave. */
    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.walk(project)) {
            return files.filter(f -> Files.exists(f, LinkOption.NOFOLLOW_LINKS))
                    .filter(
                            f -> {
                                String name = f.getFileName().toString();
                                return name.startsWith("quick.")
                                        || name.startsWith("building.")
                                        || name.startsWith("training.");
                            })
                    .toList();
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void script(Path file, String text) throws IOException {
        write(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Run(int exit, String out, String err) {
        static Run of(Process process) throws Exception {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), out, err);
        }
    }
}
