# Completion of `git coord` and `git-coord` for bash: git's own completion calls _git_coord.

# Fills COMPREPLY for the words that follow; the last one is completed.
__git_coord_reply() {
    local IFS=$'\n' line value prefix=""
    local word=${*: -1}
    COMPREPLY=()
    # readline replaces only what stands behind the last of these.
    case $COMP_WORDBREAKS in *:*) case $word in *:*) prefix=${word%"${word##*:}"} ;; esac ;; esac
    case $COMP_WORDBREAKS in *=*) case ${word#"$prefix"} in *=*) prefix=${word%"${word##*=}"} ;; esac ;; esac
    for line in $(git-coord completion words -- git-coord "$@" 2>/dev/null); do
        value=${line%%$'\t'*}
        value=${value#"$prefix"}
        case $value in
            *[/:=]) ;;
            *' '*) printf -v value '%q ' "$value" ;;
            *) value="$value " ;;
        esac
        COMPREPLY[${#COMPREPLY[@]}]=$value
    done
}

_git_coord() {
    local start=${__git_cmd_idx-}
    if [ -z "$start" ]; then
        for ((start = 1; start < cword; start++)); do
            [ "${words[start]}" = coord ] && break
        done
    fi
    __git_coord_reply "${words[@]:start + 1:cword - start}"
}

__git_coord_alone() {
    local cur words cword prev
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n =: cur words cword prev
    else
        words=("${COMP_WORDS[@]}")
        cword=$COMP_CWORD
    fi
    __git_coord_reply "${words[@]:1:cword}"
}

complete -o nospace -F __git_coord_alone git-coord
