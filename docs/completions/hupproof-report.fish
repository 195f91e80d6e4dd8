# How is a command line of hupproof-report completed by fish?  Made by ./dev reference of the
# program's own tables: change those, not this.

complete -c hupproof-report -f
complete -c hupproof-report -n __fish_use_subcommand -l help -d 'what can be asked'
complete -c hupproof-report -n __fish_use_subcommand -l version -d 'which version this is'
complete -c hupproof-report -n __fish_use_subcommand -a show -d 'what a report says, on a terminal'
complete -c hupproof-report -n __fish_use_subcommand -a compare -d 'did anything get worse?  BASE NEW, or --baseline DIR NEW...'
complete -c hupproof-report -n __fish_use_subcommand -a junit -d 'JUnit XML: each run a suite, each check a case'
complete -c hupproof-report -n __fish_use_subcommand -a markdown -d 'Markdown, for the summary of a pipeline\'s step'
complete -c hupproof-report -n __fish_use_subcommand -a openmetrics -d 'OpenMetrics text, as Prometheus takes it'
complete -c hupproof-report -n __fish_use_subcommand -a hgrm -d 'latencies as HdrHistogram\'s percentiles, a file a lane'
complete -c hupproof-report -n __fish_use_subcommand -a csv -d 'all requests as CSV'
complete -c hupproof-report -n __fish_use_subcommand -a html -d 'a page with a timeline of each run, or with the table of a matrix'

complete -c hupproof-report -n '__fish_seen_subcommand_from show' -l help -d 'more about it'
complete -c hupproof-report -n '__fish_seen_subcommand_from show' -l verbose -d 'also what supports each claim that holds'
complete -c hupproof-report -n '__fish_seen_subcommand_from show' -F

complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l help -d 'more about it'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l baseline -x -a '(__fish_complete_directories)' -d 'the base is in there, found by the name of its scenario'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l fail-on -x -a 'worse cannot-tell' -d 'exit with 2 as well if more runs are needed to tell (default: worse)'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l anyway -d 'compare what is refused, and say why it would be; times of two machines are not judged, though'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l only -x -d 'these figures alone, with commas between; the fewer, the fewer repeats it takes'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l ratio -x -d 'the margin: up to so many times as much is no worse (default: 1.25)'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l least -x -d 'and up to so many ms more (default: by figure, 1 to 20)'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l confidence -x -d 'how surely, all rows together (default: 0.95)'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l json -d 'print the comparison as JSON'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l markdown -d 'print it as Markdown'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -l quiet -d 'only what is worse or better'
complete -c hupproof-report -n '__fish_seen_subcommand_from compare' -x -a '(__fish_complete_suffix .json)'

complete -c hupproof-report -n '__fish_seen_subcommand_from junit' -l help -d 'more about it'
complete -c hupproof-report -n '__fish_seen_subcommand_from junit' -l output -r -F -d 'instead of standard output; a file is whole or absent'
complete -c hupproof-report -n '__fish_seen_subcommand_from junit' -l could-not-run -x -d 'there was to be such a run, too, but it could not be'
complete -c hupproof-report -n '__fish_seen_subcommand_from junit' -F

complete -c hupproof-report -n '__fish_seen_subcommand_from markdown' -l help -d 'more about it'
complete -c hupproof-report -n '__fish_seen_subcommand_from markdown' -l output -r -F -d 'instead of standard output; a file is whole or absent'
complete -c hupproof-report -n '__fish_seen_subcommand_from markdown' -l could-not-run -x -d 'there was to be such a run, too, but it could not be'
complete -c hupproof-report -n '__fish_seen_subcommand_from markdown' -F

complete -c hupproof-report -n '__fish_seen_subcommand_from openmetrics' -l help -d 'more about it'
complete -c hupproof-report -n '__fish_seen_subcommand_from openmetrics' -l output -r -F -d 'instead of standard output; a file is whole or absent'
complete -c hupproof-report -n '__fish_seen_subcommand_from openmetrics' -l could-not-run -x -d 'there was to be such a run, too, but it could not be'
complete -c hupproof-report -n '__fish_seen_subcommand_from openmetrics' -F

complete -c hupproof-report -n '__fish_seen_subcommand_from hgrm' -l help -d 'more about it'
complete -c hupproof-report -n '__fish_seen_subcommand_from hgrm' -l output -x -a '(__fish_complete_directories)' -d 'instead of standard output; a file is whole or absent'
complete -c hupproof-report -n '__fish_seen_subcommand_from hgrm' -l could-not-run -x -d 'there was to be such a run, too, but it could not be'
complete -c hupproof-report -n '__fish_seen_subcommand_from hgrm' -l lane -x -d 'this lane alone'
complete -c hupproof-report -n '__fish_seen_subcommand_from hgrm' -F

complete -c hupproof-report -n '__fish_seen_subcommand_from csv' -l help -d 'more about it'
complete -c hupproof-report -n '__fish_seen_subcommand_from csv' -l output -r -F -d 'instead of standard output; a file is whole or absent'
complete -c hupproof-report -n '__fish_seen_subcommand_from csv' -l could-not-run -x -d 'there was to be such a run, too, but it could not be'
complete -c hupproof-report -n '__fish_seen_subcommand_from csv' -l raw -d 'leave texts that begin like a formula as they are'
complete -c hupproof-report -n '__fish_seen_subcommand_from csv' -F

complete -c hupproof-report -n '__fish_seen_subcommand_from html' -l help -d 'more about it'
complete -c hupproof-report -n '__fish_seen_subcommand_from html' -l output -r -F -d 'the page; -: standard output'
complete -c hupproof-report -n '__fish_seen_subcommand_from html' -l table-only -d 'of a matrix: without its runs; cells link to their directories'
complete -c hupproof-report -n '__fish_seen_subcommand_from html' -F
