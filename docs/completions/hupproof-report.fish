# How is a command line of hupproof-report completed by fish?  Made by ./dev reference of the
# program's own tables: change those, not this.

complete -c hupproof-report -f
complete -c hupproof-report -n __fish_use_subcommand -l help -d 'what can be asked'
complete -c hupproof-report -n __fish_use_subcommand -l version -d 'which version this is'
