//! The commands, one file each: its arguments, `Args`, and what it does, `run`.
//!
//! Every command can fail with errors of git and of the ledger, and with refusals of the rules. The docs of its `run`
//! name other errors.
//! Not here: functions of values (`core`, `render`).

pub mod acknowledge;
pub mod actor;
pub mod add;
pub mod approve;
pub mod block;
pub mod brief;
pub mod cancel;
pub mod claim;
pub mod clone;
pub mod comment;
pub mod demo;
pub mod diff;
pub mod doctor;
pub mod done;
pub mod edit;
pub mod export;
pub mod guard;
pub mod hook;
pub mod hooks;
pub mod import;
pub mod ingest;
pub mod init;
pub mod list;
pub mod log;
pub mod metrics;
pub mod observe;
pub mod paths;
pub mod plan;
pub mod policy;
pub mod progress;
pub mod ready;
pub mod reject;
pub mod release;
pub mod renew;
pub mod reopen;
pub mod repair;
pub mod report;
pub mod show;
pub mod snapshot;
pub mod snapshots;
pub mod status;
pub mod step;
pub mod submit;
pub mod sync;
pub mod target;
mod task_options;
pub mod tick;
pub mod unblock;
pub mod undo;
mod verdict;
pub mod verify;
pub mod wait;
pub mod worktree;

use crate::cli::{CommandError, Context};

/// Makes an enum of the commands, with the groups in which the short help lists them.
macro_rules! commands {
    ($($group:literal: $($(#[$attribute:meta])* $name:ident($module:ident)),+;)+) => {
        /// A command with its arguments.
        #[derive(Debug, clap::Subcommand)]
        pub enum Command {
            $($($(#[$attribute])* $name(Box<$module::Args>),)+)+
        }

        impl Command {
            /// Runs the command.
            ///
            /// # Errors
            /// The errors of the command.
            pub fn run(&self, context: &mut Context) -> Result<(), CommandError> {
                match self {
                    $($(Self::$name(args) => $module::run(context, args),)+)+
                }
            }
        }

        /// The names of the commands, in groups.
        pub const GROUPS: &[(&str, &[&str])] = &[$(($group, &[$(stringify!($module)),+])),+];
    };
}

commands! {
    "get started": Init(init), Clone(clone), Actor(actor), Import(import), Demo(demo);
    "read the plan": Status(status), List(list), Show(show), Log(log), Plan(plan), Ready(ready), Brief(brief), Paths(paths),
        Wait(wait);
    "change the plan": Add(add), Edit(edit), Comment(comment), Cancel(cancel), Reopen(reopen), Undo(undo), Target(target),
        Policy(policy);
    "work on tasks": Claim(claim), Renew(renew), Release(release), Progress(progress), Step(step), Block(block),
        Unblock(unblock), Done(done), Worktree(worktree);
    "review and check": Submit(submit), Approve(approve), Reject(reject), Tick(tick), Guard(guard);
    "look back": Snapshot(snapshot), Snapshots(snapshots), Diff(diff), Report(report), Metrics(metrics),
        Export(export), Observe(observe);
    "share the ledger": Sync(sync), Repair(repair), Acknowledge(acknowledge), Ingest(ingest);
    "maintain the ledger": Verify(verify), Doctor(doctor), Hooks(hooks), #[command(hide = true)] Hook(hook);
}
