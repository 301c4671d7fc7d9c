# Completion of `git coord` and `git-coord` for fish.

function __git_coord_words
    set -l words (commandline -opc) (commandline -ct)
    set -l start (contains -i -- coord $words)
    if test "$words[1]" = git-coord
        set start 1
    end
    test -n "$start"; or return
    git-coord completion words -- git-coord $words[(math $start + 1)..-1] 2>/dev/null
end

complete -f -c git-coord -a '(__git_coord_words)'
complete -f -c git -n 'contains -- coord (commandline -opc)' -a '(__git_coord_words)'
