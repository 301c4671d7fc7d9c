//! The help of the program: the commands in groups.
//!
//! Not here: the help texts of the commands (their files).

use super::commands::GROUPS;

/// The template of the short and the long help of the program itself.
pub fn template(command: &clap::Command) -> String {
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
pub fn of_command(command: clap::Command) -> clap::Command {
    command.mut_subcommands(of_command).help_template(
        "{about-with-newline}\n{usage-heading} {usage}\n\n{all-args}{after-help}\n\nGeneral options: git coord --help\n",
    )
}

fn row(name: &str, about: &str) -> String {
    format!("  {name:<12} {about}\n")
}
