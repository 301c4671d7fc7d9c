//! git's hooks, one per file. Each looks at what git does and responds.
//!
//! Not here: printing and appending (`cli`), and the text of a hook's file (`hooks/` at the top).

pub mod binding;
pub mod block;
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

/// A hook of git that `git-coord` uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hook {
    /// Before a commit: checks whether other actors hold the staged files.
    PreCommit,
    /// A message is prepared: adds the trailer of the task.
    PrepareCommitMsg,
    /// A message is written: checks its trailers.
    CommitMsg,
    /// After a commit: records it on its task.
    PostCommit,
    /// After a checkout: binds the task of the branch to the worktree.
    PostCheckout,
    /// After a merge: records it on the branch's task.
    PostMerge,
    /// After commits were rewritten: records the new commits on their tasks.
    PostRewrite,
    /// Before a push: checks whether these commits may go there.
    PrePush,
    /// A ref changes: protects the ledger's entries.
    ReferenceTransaction,
    /// A push arrives at a server: checks that the ledger only grows.
    PreReceive,
}

impl Hook {
    /// All hooks.
    pub const ALL: [Self; 10] = [
        Self::PreCommit,
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::PostCommit,
        Self::PostCheckout,
        Self::PostMerge,
        Self::PostRewrite,
        Self::PrePush,
        Self::ReferenceTransaction,
        Self::PreReceive,
    ];

    /// Its name in git.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrepareCommitMsg => "prepare-commit-msg",
            Self::CommitMsg => "commit-msg",
            Self::PostCommit => "post-commit",
            Self::PostCheckout => "post-checkout",
            Self::PostMerge => "post-merge",
            Self::PostRewrite => "post-rewrite",
            Self::PrePush => "pre-push",
            Self::ReferenceTransaction => "reference-transaction",
            Self::PreReceive => "pre-receive",
        }
    }

    /// The hook of this name in git.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.name() == name)
    }

    /// The lines of `sh` that call `git-coord`.
    pub const fn shim(self) -> &'static str {
        match self {
            Self::PreCommit => include_str!("../../hooks/pre-commit"),
            Self::PrepareCommitMsg => include_str!("../../hooks/prepare-commit-msg"),
            Self::CommitMsg => include_str!("../../hooks/commit-msg"),
            Self::PostCommit => include_str!("../../hooks/post-commit"),
            Self::PostCheckout => include_str!("../../hooks/post-checkout"),
            Self::PostMerge => include_str!("../../hooks/post-merge"),
            Self::PostRewrite => include_str!("../../hooks/post-rewrite"),
            Self::PrePush => include_str!("../../hooks/pre-push"),
            Self::ReferenceTransaction => include_str!("../../hooks/reference-transaction"),
            Self::PreReceive => include_str!("../../hooks/pre-receive"),
        }
    }

    /// The command for git's config, to which git adds the hook's arguments.
    pub fn command(self) -> String {
        let name = self.name();
        let phase = match self {
            // Calls for the other phases would only take time.
            Self::ReferenceTransaction => "[ \"$1\" != prepared ] || ",
            _ => "",
        };
        format!(
            "coord() {{ {phase}! command -v git-coord >/dev/null 2>&1 || \
             git-coord hook {name} \"$@\" || [ $? -ne 1 ]; }}; coord"
        )
    }

    /// Whether it is installed only on request, since git runs it several times for each ref that changes.
    pub const fn is_extra(self) -> bool {
        matches!(self, Self::ReferenceTransaction)
    }

    /// Whether it is for a repository that receives pushes, not for one to work in.
    pub const fn is_servers(self) -> bool {
        matches!(self, Self::PreReceive)
    }

    /// Whether git uses its exit status, so that it can refuse instead of warn.
    pub const fn can_refuse(self) -> bool {
        matches!(
            self,
            Self::PreCommit
                | Self::CommitMsg
                | Self::PrePush
                | Self::ReferenceTransaction
                | Self::PreReceive
        )
    }

    /// Whether git writes to its standard input.
    pub const fn reads_input(self) -> bool {
        matches!(
            self,
            Self::PostRewrite | Self::PrePush | Self::ReferenceTransaction | Self::PreReceive
        )
    }

    /// The response of the hook.
    ///
    /// # Errors
    /// The ledger or git's answer cannot be read.
    pub fn respond(self, input: &HookInput<'_>) -> Result<Response, Error> {
        match self {
            Self::PreCommit => pre_commit::respond(input),
            Self::PrepareCommitMsg => prepare_commit_msg::respond(input),
            Self::CommitMsg => commit_msg::respond(input),
            Self::PostCommit => post_commit::respond(input),
            Self::PostCheckout => post_checkout::respond(input),
            Self::PostMerge => post_merge::respond(input),
            Self::PostRewrite => post_rewrite::respond(input),
            Self::PrePush => pre_push::respond(input),
            Self::ReferenceTransaction => reference_transaction::respond(input),
            Self::PreReceive => pre_receive::respond(input),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_is_found_by_its_git_name() {
        for hook in Hook::ALL {
            assert_eq!(Hook::named(hook.name()), Some(hook));
        }
        assert_eq!(Hook::named("post-receive"), None);
    }

    #[test]
    fn each_shim_calls_its_hook_and_stops_on_a_refusal_and_on_servers_on_any_failure() {
        for hook in Hook::ALL {
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
