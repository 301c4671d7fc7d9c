//! git's hooks: one file each, which looks at what git is about to do or has done, and responds.
//!
//! Not here: speaking and appending (`cli`), and what a hook's file in the repository says (`hooks/` at the top).

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
    response::{Deed, Finding, Next, Response, Work},
};
pub use crate::hooks::input::HookInput;
use crate::ledger::Error;

/// A hook of git that we have something to do in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hook {
    /// Before a commit: whose files are they?
    PreCommit,
    /// A message is begun: the trailer of the task is put in.
    PrepareCommitMsg,
    /// A message is written: are its trailers right?
    CommitMsg,
    /// A commit was made: it is recorded on its task.
    PostCommit,
    /// A branch was checked out: its task is worked on here.
    PostCheckout,
    /// A merge was made: it is recorded on the branch's task.
    PostMerge,
    /// Commits were made anew: their tasks follow.
    PostRewrite,
    /// Before a push: may these commits go there?
    PrePush,
    /// A ref is moved: not the ledger's away from its entries.
    ReferenceTransaction,
    /// A push has arrived here: the ledger goes on from where it is.
    PreReceive,
}

impl Hook {
    /// All of them.
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

    /// As git calls it.
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

    /// The hook that git calls so.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.name() == name)
    }

    /// The lines of `sh` that hand over to us.
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
            // The others would only cost.
            Self::ReferenceTransaction => "[ \"$1\" != prepared ] || ",
            _ => "",
        };
        format!(
            "coord() {{ {phase}! command -v git-coord >/dev/null 2>&1 || \
             git-coord hook {name} \"$@\" || [ $? -ne 1 ]; }}; coord"
        )
    }

    /// Whether it is installed only when asked for: git runs it several times for each ref that moves.
    pub const fn is_extra(self) -> bool {
        matches!(self, Self::ReferenceTransaction)
    }

    /// Whether it guards a repository that is pushed to, and not one that is worked in.
    pub const fn is_servers(self) -> bool {
        matches!(self, Self::PreReceive)
    }

    /// Whether git heeds its exit status; what it finds can then be refused instead of warned of.
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

    /// Whether git tells it something on standard input.
    pub const fn reads_input(self) -> bool {
        matches!(
            self,
            Self::PostRewrite | Self::PrePush | Self::ReferenceTransaction | Self::PreReceive
        )
    }

    /// What it has to say.
    ///
    /// # Errors
    /// The ledger, or what git is to be asked, cannot be read.
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
    fn a_hook_is_found_by_the_name_that_git_has_for_it() {
        for hook in Hook::ALL {
            assert_eq!(Hook::named(hook.name()), Some(hook));
        }
        assert_eq!(Hook::named("post-receive"), None);
    }

    #[test]
    fn each_shim_hands_over_by_its_own_name_and_heeds_a_refusal_and_the_servers_any_failure() {
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
