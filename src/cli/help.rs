//! The help of the program: the commands in groups.
//!
//! Not here: the help texts of the commands (their files).

use clap::{Arg, Command};

use super::commands::GROUPS;

/// The program with the form of its help: its commands in groups, and on the pages of these only the place of the general
/// options.
pub fn laid_out(command: Command) -> Command {
    let template = template(&command);
    // A command passes its general options to the commands below it, unless these have them already.
    let general: Vec<Arg> = command
        .get_arguments()
        .filter(|it| it.is_global_set())
        .cloned()
        .collect();
    command.help_template(template).mut_subcommands(|command| {
        let general = general.iter().cloned();
        let hidden = |option: Arg| {
            if option.is_global_set() {
                option.hide(true)
            } else {
                option
            }
        };
        let command = command.args(general).mut_args(hidden);
        of_command(command)
    })
}

/// The template of the short and the long help of the program itself.
fn template(command: &Command) -> String {
    let mut commands = String::new();
    for (group, names) in GROUPS {
        commands += &format!("\n{group}:\n");
        let shown = names
            .iter()
            .filter_map(|name| command.find_subcommand(name));
        for command in shown.filter(|command| !command.is_hide_set()) {
            let about = command.get_about().map(ToString::to_string);
            commands += &row(command.get_name(), &about.unwrap_or_default());
        }
    }
    // clap adds this command later, so its text cannot be read here.
    commands += &row("help", "Show the help of a command");
    format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{commands}\nOptions:\n{{options}}{{after-help}}"
    )
}

/// The command, with a help that ends with the place of the general options; so do the commands below it.
fn of_command(command: Command) -> Command {
    command.mut_subcommands(of_command).help_template(
        "{about-with-newline}\n{usage-heading} {usage}\n\n{all-args}{after-help}\n\nGeneral options: git coord --help\n",
    )
}

fn row(name: &str, about: &str) -> String {
    format!("  {name:<12} {about}\n")
}
