# How is a command line of hupproof-report completed by bash?  Made by ./dev reference of the
# program's own tables: change those, not this.

_hupproof_report_offer()
{
    local cur=$1 what=$2

    compopt -o filenames 2>/dev/null
    case $what in
        directory) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        signal) compopt +o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -A signal -- "SIG${cur#SIG}")
            COMPREPLY=("${COMPREPLY[@]#SIG}") ;;
        command) mapfile -t COMPREPLY < <(compgen -c -- "$cur"; compgen -f -- "$cur") ;;
        file) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        '*.'*) mapfile -t COMPREPLY < <(compgen -f -X "!$what" -- "$cur"; compgen -d -- "$cur") ;;
        *) compopt +o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -W "$what" -- "$cur") ;;
    esac
}

_hupproof_report()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} i

    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        _hupproof_report_offer "$cur" '--help --version'
        return
    fi
    if [ "$cur" = = ]; then    # bash cuts --out=x into three
        cur=
    elif [ "$prev" = = ]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    case ${COMP_WORDS[1]} in
    esac
    case "${COMP_WORDS[1]} $prev" in
    esac
    case "${COMP_WORDS[1]} $cur" in
    esac
}

complete -F _hupproof_report hupproof-report
