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
