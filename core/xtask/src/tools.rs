//! Fuzzing, benchmarks and blessing.

use crate::project::Project;
use crate::steps::Steps;

/// Runs each fuzz target for a bounded time.
pub(crate) fn fuzz(project: &Project, steps: &mut Steps, seconds: u32) {
    let listed = project.cargo("fuzz list").current_dir(project.root.join("fuzz")).output();
    let Some(listed) = listed.ok().filter(|output| output.status.success()) else {
        steps.failed("fuzz", "cargo-fuzz is missing, or finds no target: cargo install --locked cargo-fuzz");
        return;
    };
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    for target in listed.split_whitespace() {
        // What is found goes into a folder of its own; what is worth keeping is moved to the corpus by hand.
        let found = project.root.join("fuzz/found").join(target);
        if let Err(error) = std::fs::create_dir_all(&found) {
            steps.failed(&format!("fuzz {target}"), &format!("{}: {error}", found.display()));
            continue;
        }
        // Without a sanitizer it runs on stable; there is no unsafe code in core for one to watch.
        let folders = format!("fuzz/found/{target} fuzz/corpus/{target}");
        let words = format!(
            "fuzz run -s none {target} {folders} -- -max_total_time={seconds} -timeout=10 -rss_limit_mb=2048 -dict=fuzz/words.dict"
        );
        // Its own target folder: other flags, other builds.
        steps
            .run(&format!("fuzz {target}"), project.cargo(&words).env("CARGO_TARGET_DIR", project.target.join("fuzz")));
    }
}

/// Runs the benchmarks.
pub(crate) fn bench(project: &Project, steps: &mut Steps, rest: &[&str]) {
    let mut command = project.cargo("bench -p truenorth-benches");
    steps.run("bench", command.args(rest));
}

/// Writes anew what tests compare with: golden cases, generated types and schemas.
pub(crate) fn bless(project: &Project, steps: &mut Steps) {
    steps.run(
        "bless",
        project
            .cargo("test -p truenorth --features schema --test cases --test faces --no-fail-fast")
            .env("TRUENORTH_BLESS", "1"),
    );
    steps.run("what changed", project.command("git").args(["status", "--short"]));
}
