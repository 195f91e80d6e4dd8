module hupproof/gohttp

go 1.19

require hupproof/answer v0.0.0

replace hupproof/answer => ../answer
