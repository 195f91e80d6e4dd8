"""What people look at: viewers of what `hupproof run` left behind.

They read report.json and history.ndjson, whose schemas are reports/schema/, and know nothing
else of hupproof: whoever writes such files can use them.

    errors    what went wrong, for a person, and with which exit status
    history   history.ndjson, as columns
    runs      a run's directory, or that of a matrix
    html      a page: of runs, or of a matrix
    page      what a page is made of; packed: its columns; page/: its script and style
    matrix_table  the matrix as cells, each with its worst run
    cli       the commands
"""
