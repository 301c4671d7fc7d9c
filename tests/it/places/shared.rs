//! `core.sharedRepository`: what one user of a group creates, another can use.
//!
//! Not here: keys, which are for their owner alone (`bad_input::keys`).

use super::says;
use crate::world::World;

/// The files and folders below `.git` whose modes lack these bits, except private keys.
fn lacking(world: &World, files: &str, folders: &str) -> String {
    says(
        world,
        &format!(
            "find .git -path '*/coord/keys*' -prune -o -path .git/hooks -prune -o -name COMMIT_EDITMSG -o \\( -type f ! -path '.git/objects/*' ! -perm -{files} -o -type d ! -perm -{folders} \\) -print"
        ),
    )
}

fn work(world: &World, umask: &str) {
    says(
        world,
        &format!(
            "umask {umask}; git coord init --actor ada; git coord add One --id A --path src/x; git coord hooks install;
             git coord claim A; git commit -q --allow-empty -m x; git coord status; git coord ready; git coord worktree add A;
             git init -q --bare ../home.git; git remote add origin ../home.git; git coord sync; git coord add Two"
        ),
    );
}

#[test]
fn every_new_file_belongs_to_the_group() {
    for umask in ["022", "077", "002"] {
        let world = World::empty();
        says(
            &world,
            &format!("umask {umask}; git init -q -b main --shared=group"),
        );
        work(&world, umask);
        assert_eq!(lacking(&world, "060", "070"), "", "{umask}");
        let open = says(&world, "find .git/coord/keys -perm /077 ! -name '*.pub'");
        assert_eq!(open, "", "{umask}");
    }
}

#[test]
fn a_command_of_a_guardrail_has_the_mask_of_its_user() {
    for (shared, mask) in [
        ("group", "027"),
        ("all", "077"),
        ("0660", "022"),
        ("umask", "002"),
    ] {
        let world = World::empty();
        let line = format!(
            "umask {mask}; git init -q -b main --shared={shared}; git coord init --actor ada;
             git commit -q --allow-empty -m x;
             git coord guard add G --title x --command 'umask >seen; touch made; echo \"$#\"' --expect 0;
             git coord guard run G; cat seen"
        );
        let output = world.shell(&line);
        assert!(
            output.stdout.ends_with(&format!("0{mask}\n")),
            "{shared}: {output:?}"
        );
    }
}

/// A repository that two users of the machine share by a group: it needs root to become them.
#[test]
fn two_users_of_a_group_work_in_one_repository() {
    let world = World::empty();
    let able = "test $(id -u) = 0 && setpriv --reuid 4001 --regid 4001 --clear-groups true";
    if world.shell(able).code != 0 {
        eprintln!("SKIPPED: two users of one repository, which needs root and setpriv");
        return;
    }
    let top = world.work();
    let program = env!("CARGO_BIN_EXE_git-coord");
    // The folder of the build may be closed to others.
    let bin = top.join("bin");
    std::fs::create_dir(&bin).unwrap();
    std::fs::copy(program, bin.join("git-coord")).unwrap();
    let ready = "chmod 755 .. . bin; mkdir shared; chgrp 4000 shared; chmod 2775 shared;
         for n in 1 2; do mkdir home$n; chown 400$n home$n; done; chown 4001 shared";
    says(&world, ready);
    let as_user = |number: u32, umask: &str, line: &str| {
        let line = format!(
            "cd shared && exec setpriv --reuid 400{number} --regid 4000 --clear-groups env HOME={top}/home{number} \
             PATH={bin}:$PATH sh -c 'umask {umask}; {line}'",
            top = top.display(),
            bin = bin.display()
        );
        let output = world.shell(&line);
        assert_eq!(output.code, 0, "user {number}: {line}: {output:?}");
        output.stdout
    };
    for setting in ["user.name x", "user.email x@y", "safe.directory *"] {
        let (key, value) = setting.split_once(' ').unwrap();
        for number in [1, 2] {
            as_user(
                number,
                "077",
                &format!("git config --global {key} \"{value}\""),
            );
        }
    }
    as_user(
        1,
        "077",
        "git init -q -b main --shared=group . && git coord init --actor ada && git coord add One --id A",
    );
    // ssh-keygen asks who its user is, and these two have no names.
    says(
        &world,
        "ssh-keygen -q -t ed25519 -N '' -f home2/key && chown 4002 home2/key && chmod 711 home2",
    );
    as_user(2, "077", "git config --global coord.bob.signingKey ~/key");
    let admit = format!(
        "git coord actor add bob --role worker --key {}/home2/key.pub",
        top.display()
    );
    as_user(1, "077", &admit);
    // git itself writes COMMIT_EDITMSG for one user only.
    for round in 0..3 {
        for (number, actor) in [(1, "ada"), (2, "bob")] {
            as_user(
                number,
                "077",
                &format!(
                    "echo {round} >f{number} && git add f{number} && rm -f .git/COMMIT_EDITMSG && git commit -q -m x &&
                     git coord --actor {actor} add T --id T{number}-{round} && git coord status >/dev/null"
                ),
            );
        }
    }
    let listed = as_user(1, "077", "git coord list && git coord verify");
    for number in [1, 2] {
        assert!(listed.contains(&format!("T{number}-2")), "{listed}");
    }
    as_user(2, "077", "git gc -q && git coord doctor --actor bob");
}

#[test]
fn everybody_can_read_where_the_repository_is_for_everybody() {
    let world = World::empty();
    says(&world, "umask 077; git init -q -b main --shared=all");
    work(&world, "077");
    assert_eq!(lacking(&world, "064", "075"), "");
}

#[test]
fn an_octal_mode_is_obeyed() {
    let world = World::empty();
    says(&world, "umask 022; git init -q -b main --shared=0660");
    work(&world, "022");
    assert_eq!(lacking(&world, "060", "070"), "");
    let open = says(
        &world,
        "find .git/refs/coord .git/logs/refs/coord .git/coord -type f -perm /007 ! -path '*/keys/*'",
    );
    assert_eq!(open, "");
}

#[test]
fn a_repository_of_one_user_stays_his() {
    let world = World::empty();
    says(&world, "umask 077; git init -q -b main");
    work(&world, "077");
    assert_eq!(
        says(&world, "find .git -type f -perm /077 ! -path '*/objects/*'"),
        ""
    );
}

#[test]
fn a_bare_repository_with_worktrees_is_the_groups_in_every_storage() {
    for kind in ["", "--object-format=sha256 --ref-format=reftable"] {
        let world = World::empty();
        says(
            &world,
            &format!(
                "umask 022; git init -q --bare --shared=group {kind} .git; git config core.bare true;
                 umask 077; git worktree add -q --orphan -b trunk trunk; chmod -R g+rwX .git/worktrees; cd trunk; git commit -q --allow-empty -m x;
                 git coord init --actor ada; git coord actor add codex --role worker --generate; git coord add One --id A;
                 git coord claim A; git coord --outbox ../ob --actor codex add Two --id B; git coord sync ../ob; git coord hooks install;
                 git init -q --bare {kind} ../home.git; git remote add origin ../home.git; git coord sync; git coord doctor >/dev/null"
            ),
        );
        // What git itself creates in the worktree's folder and in its info folder is git's matter.
        let left = lacking(&world, "060", "070");
        let ours: Vec<&str> = left
            .lines()
            .filter(|line| !line.starts_with(".git/worktrees") && !line.starts_with(".git/info"))
            .collect();
        assert_eq!(ours, [""; 0], "{kind}");
        let open = says(
            &world,
            "find .git/coord/keys -type f -perm /077 ! -name '*.pub'",
        );
        assert_eq!(open, "", "{kind}");
    }
}
