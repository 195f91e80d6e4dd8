# How is a command line of hupproof completed by bash?  Made by ./dev reference of the
# program's own tables: change those, not this.

_hupproof_offer()
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

_hupproof()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} i

    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        _hupproof_offer "$cur" 'run try check matrix compare list --help --version'
        return
    fi
    if [ "$cur" = = ]; then    # bash cuts --out=x into three
        cur=
    elif [ "$prev" = = ]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    case ${COMP_WORDS[1]} in
        try)
            for ((i = 2; i < COMP_CWORD; i++)); do
                [ "${COMP_WORDS[i]}" != -- ] || { _hupproof_offer "$cur" command; return; }
            done ;;
    esac
    case "${COMP_WORDS[1]} $prev" in
        'run --out')
            _hupproof_offer "$cur" 'directory'; return ;;
        'run --repeat')
            return ;;
        'run --seed')
            return ;;
        'run --watch')
            return ;;
        'run --junit')
            _hupproof_offer "$cur" 'file'; return ;;
        'run --markdown')
            _hupproof_offer "$cur" 'file'; return ;;
        'run --openmetrics')
            _hupproof_offer "$cur" 'file'; return ;;
        'run --hgrm')
            _hupproof_offer "$cur" 'directory'; return ;;
        'run --csv')
            _hupproof_offer "$cur" 'file'; return ;;
        'try --url')
            return ;;
        'try --signal')
            _hupproof_offer "$cur" 'signal'; return ;;
        'try --pidfile')
            _hupproof_offer "$cur" 'file'; return ;;
        'try --pid')
            return ;;
        'try --slow')
            return ;;
        'try --work')
            return ;;
        'try --header')
            return ;;
        'try --unix')
            _hupproof_offer "$cur" 'file'; return ;;
        'try --ca')
            _hupproof_offer "$cur" 'file'; return ;;
        'try --rate')
            return ;;
        'try --for')
            return ;;
        'try --at')
            return ;;
        'try --out')
            _hupproof_offer "$cur" 'directory'; return ;;
        'try --seed')
            return ;;
        'try --junit')
            _hupproof_offer "$cur" 'file'; return ;;
        'try --markdown')
            _hupproof_offer "$cur" 'file'; return ;;
        'try --openmetrics')
            _hupproof_offer "$cur" 'file'; return ;;
        'try --hgrm')
            _hupproof_offer "$cur" 'directory'; return ;;
        'try --csv')
            _hupproof_offer "$cur" 'file'; return ;;
        'matrix --repeat')
            return ;;
        'matrix --out')
            _hupproof_offer "$cur" 'directory'; return ;;
        'matrix --junit')
            _hupproof_offer "$cur" 'file'; return ;;
        'matrix --markdown')
            _hupproof_offer "$cur" 'file'; return ;;
        'matrix --openmetrics')
            _hupproof_offer "$cur" 'file'; return ;;
        'matrix --hgrm')
            _hupproof_offer "$cur" 'directory'; return ;;
        'matrix --csv')
            _hupproof_offer "$cur" 'file'; return ;;
    esac
    case "${COMP_WORDS[1]} $cur" in
        'run -'*)
            _hupproof_offer "$cur" '--out --repeat --seed --quiet --verbose --json --watch --junit --markdown --openmetrics --hgrm --csv --help' ;;
        'run '*)
            _hupproof_offer "$cur" '*.json' ;;
        'try -'*)
            _hupproof_offer "$cur" '--url --signal --stop-start --pidfile --pid --slow --work --header --unix --ca --rate --for --at --print --out --seed --quiet --verbose --json --junit --markdown --openmetrics --hgrm --csv --help' ;;
        'check -'*)
            _hupproof_offer "$cur" '--quiet --verbose --json --help' ;;
        'check '*)
            _hupproof_offer "$cur" '*.ndjson' ;;
        'matrix -'*)
            _hupproof_offer "$cur" '--repeat --out --quiet --json --junit --markdown --openmetrics --hgrm --csv --help' ;;
        'matrix '*)
            _hupproof_offer "$cur" '*.json' ;;
        'compare -'*)
            _hupproof_offer "$cur" '--help' ;;
        'compare '*)
            _hupproof_offer "$cur" '*.json' ;;
        'list -'*)
            _hupproof_offer "$cur" '--json --help' ;;
        'list '*)
            _hupproof_offer "$cur" 'checks strategies faults actions shapes outcomes verdicts behaviours states fields commands' ;;
    esac
}

complete -F _hupproof hupproof
