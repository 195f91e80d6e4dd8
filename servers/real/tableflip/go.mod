module hupproof/tableflip

go 1.19

require (
	github.com/cloudflare/tableflip v1.2.3
	hupproof/answer v0.0.0
)

replace hupproof/answer => ../answer
