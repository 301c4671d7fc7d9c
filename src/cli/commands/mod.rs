//! The commands, one file each: its arguments, `Args`, and what it does, `run`. Two commands that belong together share
//! a file, with arguments and a function that have their names.
//!
//! Every command can fail with errors of git and of the ledger, and with refusals of the rules. The docs of its `run`
//! name other errors.
//! Not here: functions of values (`core`, `render`).

pub mod acknowledge;
pub mod actor;
pub mod add;
pub mod blockers;
pub mod board;
pub mod brief;
pub mod claim;
pub mod clone;
pub mod comment;
pub mod completion;
pub mod configure;
pub mod demo;
pub mod diff;
pub mod doctor;
pub mod done;
pub mod edit;
pub mod ending;
pub mod export;
pub mod guard;
pub mod handoff;
pub mod headway;
pub mod hook;
pub mod hooks;
pub mod html;
pub mod import;
pub mod inbox;
pub mod init;
pub mod integrate;
pub mod lease;
pub mod list;
pub mod log;
pub mod man;
pub mod metrics;
pub mod observe;
pub mod paths;
pub mod plan;
pub mod policy;
pub mod prime;
pub mod ready;
pub mod repair;
pub mod report;
pub mod schema;
pub mod setup;
pub mod show;
pub mod snapshot;
pub mod snapshots;
pub mod status;
pub mod submit;
pub mod sync;
pub mod target;
mod task_options;
pub mod tick;
pub mod undo;
pub mod upgrade;
pub mod verdict;
pub mod verify;
pub mod wait;
pub mod worktree;

use crate::cli::{CommandError, Context};

/// The arguments of a command in a file of its own, or in a shared file.
macro_rules! arguments {
    ($module:ident) => {
        $module::Args
    };
    ($function:ident $module:ident $args:ident) => {
        $module::$args
    };
}

/// The function that runs it.
macro_rules! function {
    ($module:ident) => {
        $module::run
    };
    ($function:ident $module:ident) => {
        $module::$function
    };
}

/// Makes an enum of the commands, with the groups in which the short help lists them.
macro_rules! commands {
    ($($group:literal: $($(#[$attribute:meta])* $name:ident($word:ident $(in $module:ident::$args:ident)?)),+;)+) => {
        /// A command with its arguments.
        #[derive(Debug, clap::Subcommand)]
        pub enum Command {
            $($($(#[$attribute])* $name(Box<arguments!($word $($module $args)?)>),)+)+
        }

        impl Command {
            /// Runs the command.
            ///
            /// # Errors
            /// The errors of the command.
            pub fn run(&self, context: &mut Context) -> Result<(), CommandError> {
                match self {
                    $($(Self::$name(args) => function!($word $($module)?)(context, args),)+)+
                }
            }
        }

        /// The names of the commands, in groups.
        pub const GROUPS: &[(&str, &[&str])] = &[$(($group, &[$(stringify!($word)),+])),+];
    };
}

commands! {
    "get started": Init(init), Clone(clone), Actor(actor), Import(import), Setup(setup), Demo(demo);
    "read the plan": Status(status), Board(board), List(list), Show(show), Log(log), Plan(plan), Ready(ready), Brief(brief), Prime(prime), Inbox(inbox),
        Paths(paths), Wait(wait);
    "change the plan": Add(add), Edit(edit), Comment(comment), Cancel(cancel in ending::CancelArgs),
        Reopen(reopen in ending::ReopenArgs), Undo(undo), Target(target), Policy(policy);
    "work on tasks": Claim(claim), Renew(renew in lease::RenewArgs), Release(release in lease::ReleaseArgs), Handoff(handoff),
        Progress(progress in headway::ProgressArgs), Step(step in headway::StepArgs), Block(block in blockers::BlockArgs),
        Unblock(unblock in blockers::UnblockArgs), Integrate(integrate), Done(done), Worktree(worktree);
    "review and check": Submit(submit), Approve(approve in verdict::ApproveArgs), Reject(reject in verdict::RejectArgs),
        Tick(tick), Guard(guard);
    "look back": Snapshot(snapshot), Snapshots(snapshots), Diff(diff), Report(report), Metrics(metrics),
        Html(html), Export(export), Observe(observe);
    "share the ledger": Sync(sync), Repair(repair), Acknowledge(acknowledge);
    "maintain the ledger": Configure(configure), Upgrade(upgrade), Verify(verify), Doctor(doctor), Hooks(hooks),
        Man(man), Completion(completion), Schema(schema), #[command(hide = true)] Hook(hook);
}
