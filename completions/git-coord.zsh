#compdef git-coord
# Completion of `git coord` and `git-coord` for zsh: git's own completion calls _git-coord.

_git-coord() {
    local line value
    local -a found
    for line in ${(f)"$(git-coord completion words -- git-coord "${(@Q)words[2,CURRENT]}" 2>/dev/null)"}; do
        value=${line%%$'\t'*}
        found+=("${value//:/\\:}:${line#*$'\t'}")
    done
    _describe -V 'git coord' found
}

# Read as a file of fpath, it is called at once.
[[ $funcstack[1] == _git-coord ]] && _git-coord "$@"
