//! git's hooks, one per file. Each looks at what git does and responds.
//!
//! Not here: printing and appending (`cli`), and the text of a hook's file (`hooks/` at the top).

pub mod binding;
pub mod block;
mod cleanup;
mod commit_msg;
mod idle;
pub mod input;
pub mod install;
pub mod manager;
pub mod method;
mod post_checkout;
mod post_commit;
mod post_merge;
mod post_rewrite;
mod pre_commit;
mod pre_push;
mod pre_receive;
mod prepare_commit_msg;
mod prepared;
mod reference_transaction;
pub mod response;
pub mod self_test;
pub mod trailers;

pub use self::{
    commit_msg::BAD_TRAILER,
    pre_receive::PUSH_REFUSED,
    reference_transaction::LEDGER_PROTECTED,
    response::{HookFinding, Next, Response, UnrecordedWork, Work},
};
pub use crate::hooks::input::HookInput;
use crate::ledger::Error;

/// What is true of a hook.
struct Facts {
    name: &'static str,
    shim: &'static str,
    marks: &'static [Mark],
    respond: fn(&HookInput<'_>) -> Result<Response, Error>,
}

/// A way in which a hook is special.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    CanRefuse,
    ReadsInput,
    Extra,
    Servers,
}

/// Makes the enum of the hooks and the facts about each, from one table.
macro_rules! hooks {
    ($($(#[$doc:meta])* $hook:ident, $module:ident, $name:literal: $($mark:ident)*;)+) => {
        /// A hook of git that `git-coord` uses.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Hook {
            $($(#[$doc])* $hook),+
        }

        impl Hook {
            /// All hooks.
            pub const ALL: &[Self] = &[$(Self::$hook),+];

            const fn facts(self) -> Facts {
                match self {
                    $(Self::$hook => Facts {
                        name: $name,
                        shim: include_str!(concat!("../../hooks/", $name)),
                        marks: &[$(Mark::$mark),*],
                        respond: $module::respond,
                    },)+
                }
            }
        }
    };
}

hooks! {
    /// Before a commit: checks whether other actors hold the staged files.
    PreCommit, pre_commit, "pre-commit": CanRefuse;
    /// A message is prepared: adds the trailer of the task, if there is text already.
    PrepareCommitMsg, prepare_commit_msg, "prepare-commit-msg":;
    /// A message is written: adds the trailer of the task, if there is none, and checks the trailers.
    CommitMsg, commit_msg, "commit-msg": CanRefuse;
    /// After a commit: records it on its task.
    PostCommit, post_commit, "post-commit":;
    /// After a checkout: binds the task of the branch to the worktree.
    PostCheckout, post_checkout, "post-checkout":;
    /// After a merge: records it on the branch's task.
    PostMerge, post_merge, "post-merge":;
    /// After commits were rewritten: records the new commits on their tasks.
    PostRewrite, post_rewrite, "post-rewrite": ReadsInput;
    /// Before a push: checks whether these commits may go there.
    PrePush, pre_push, "pre-push": CanRefuse ReadsInput;
    /// A ref changes: protects the ledger's entries.
    ReferenceTransaction, reference_transaction, "reference-transaction": CanRefuse ReadsInput Extra;
    /// A push arrives at a server: checks that the ledger only grows.
    PreReceive, pre_receive, "pre-receive": CanRefuse ReadsInput Servers;
}

impl Hook {
    /// Its name in git.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The hook of this name in git.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|hook| hook.name() == name)
    }

    /// The lines of `sh` that call `git-coord`.
    pub const fn shim(self) -> &'static str {
        self.facts().shim
    }

    /// The command for git's config, to which git adds the hook's arguments: the same lines, without comments.
    pub fn command(self) -> String {
        let lines = self.shim().lines();
        let lines = lines.filter(|line| !line.trim_start().starts_with('#'));
        let lines: String = lines.map(|line| format!("{line}\n")).collect();
        format!("coord() {{\n{lines}}}; coord")
    }

    /// Whether it is installed only on request, since git runs it several times for each ref that changes.
    pub fn is_extra(self) -> bool {
        self.has(Mark::Extra)
    }

    /// Whether it is for a repository that receives pushes, not for one to work in.
    pub fn is_servers(self) -> bool {
        self.has(Mark::Servers)
    }

    /// Whether git uses its exit status, so that it can refuse instead of warn.
    pub fn can_refuse(self) -> bool {
        self.has(Mark::CanRefuse)
    }

    /// Whether git writes to its standard input.
    pub fn reads_input(self) -> bool {
        self.has(Mark::ReadsInput)
    }

    fn has(self, mark: Mark) -> bool {
        self.facts().marks.contains(&mark)
    }

    /// The response of the hook.
    ///
    /// # Errors
    /// The ledger or git's answer cannot be read.
    pub fn respond(self, input: &HookInput<'_>) -> Result<Response, Error> {
        (self.facts().respond)(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_is_found_by_its_git_name() {
        for &hook in Hook::ALL {
            assert_eq!(Hook::named(hook.name()), Some(hook));
        }
        assert_eq!(Hook::named("post-receive"), None);
    }

    #[test]
    fn each_shim_calls_its_hook_and_stops_on_a_refusal_and_on_servers_on_any_failure() {
        for &hook in Hook::ALL {
            let shim = hook.shim();
            let heeded = if hook.is_servers() {
                ""
            } else {
                "[ $? -ne 1 ] || "
            };
            let call = format!("git-coord hook {} \"$@\" || {heeded}exit 1", hook.name());
            assert!(shim.contains(&call), "{shim}");
            assert!(
                shim.contains("command -v git-coord >/dev/null 2>&1"),
                "{shim}"
            );
            assert_eq!(shim.contains("coord_input"), hook.reads_input(), "{shim}");
        }
    }
}
