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
        _hupproof_report_offer "$cur" 'show compare junit markdown openmetrics hgrm csv html --help --version'
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
        'compare --baseline')
            _hupproof_report_offer "$cur" 'directory'; return ;;
        'compare --fail-on')
            _hupproof_report_offer "$cur" 'worse cannot-tell'; return ;;
        'compare --only')
            return ;;
        'compare --ratio')
            return ;;
        'compare --least')
            return ;;
        'compare --confidence')
            return ;;
        'junit --output')
            _hupproof_report_offer "$cur" 'file'; return ;;
        'junit --could-not-run')
            return ;;
        'markdown --output')
            _hupproof_report_offer "$cur" 'file'; return ;;
        'markdown --could-not-run')
            return ;;
        'openmetrics --output')
            _hupproof_report_offer "$cur" 'file'; return ;;
        'openmetrics --could-not-run')
            return ;;
        'hgrm --output')
            _hupproof_report_offer "$cur" 'directory'; return ;;
        'hgrm --could-not-run')
            return ;;
        'hgrm --lane')
            return ;;
        'csv --output')
            _hupproof_report_offer "$cur" 'file'; return ;;
        'csv --could-not-run')
            return ;;
        'html --output')
            _hupproof_report_offer "$cur" 'file'; return ;;
    esac
    case "${COMP_WORDS[1]} $cur" in
        'show -'*)
            _hupproof_report_offer "$cur" '--verbose --help' ;;
        'show '*)
            _hupproof_report_offer "$cur" 'file' ;;
        'compare -'*)
            _hupproof_report_offer "$cur" '--baseline --fail-on --anyway --only --ratio --least --confidence --json --markdown --quiet --help' ;;
        'compare '*)
            _hupproof_report_offer "$cur" '*.json' ;;
        'junit -'*)
            _hupproof_report_offer "$cur" '--output --could-not-run --help' ;;
        'junit '*)
            _hupproof_report_offer "$cur" 'file' ;;
        'markdown -'*)
            _hupproof_report_offer "$cur" '--output --could-not-run --help' ;;
        'markdown '*)
            _hupproof_report_offer "$cur" 'file' ;;
        'openmetrics -'*)
            _hupproof_report_offer "$cur" '--output --could-not-run --help' ;;
        'openmetrics '*)
            _hupproof_report_offer "$cur" 'file' ;;
        'hgrm -'*)
            _hupproof_report_offer "$cur" '--output --could-not-run --lane --help' ;;
        'hgrm '*)
            _hupproof_report_offer "$cur" 'file' ;;
        'csv -'*)
            _hupproof_report_offer "$cur" '--output --could-not-run --raw --help' ;;
        'csv '*)
            _hupproof_report_offer "$cur" 'file' ;;
        'html -'*)
            _hupproof_report_offer "$cur" '--output --table-only --help' ;;
        'html '*)
            _hupproof_report_offer "$cur" 'file' ;;
    esac
}

complete -F _hupproof_report hupproof-report
