module hupproof/answer

go 1.19
