// A server that facebookgo/grace upgrades: SIGUSR2 starts what os.Args[0] names now, which
// inherits the listener, serves, and tells its parent by SIGTERM to go.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"

	"github.com/facebookgo/grace/gracehttp"

	"hupproof/answer"
)

var version = "v1" // go build -ldflags "-X main.version=v2"

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "address")
	flag.Parse()

	gracehttp.SetLogger(log.New(os.Stderr, "", log.LstdFlags))
	if err := gracehttp.Serve(&http.Server{Addr: *listen, Handler: answer.Handler(version)}); err != nil {
		log.Fatal(err)
	}
}
