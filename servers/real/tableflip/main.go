// A server that cloudflare/tableflip upgrades, as its documentation has it: SIGHUP starts
// what os.Args[0] names now, hands it the listener, and waits until it says it is ready.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/cloudflare/tableflip"

	"hupproof/answer"
)

var version = "v1" // go build -ldflags "-X main.version=v2"

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "address")
	pidfile := flag.String("pidfile", "", "where to write the pid, once it is ready")
	flag.Parse()

	upgrader, err := tableflip.New(tableflip.Options{PIDFile: *pidfile})
	if err != nil {
		log.Fatal(err)
	}
	defer upgrader.Stop()
	go func() {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGHUP, syscall.SIGTERM)
		for s := range signals {
			if s == syscall.SIGTERM {
				upgrader.Stop()
			} else if err := upgrader.Upgrade(); err != nil {
				log.Println("upgrade failed:", err)
			}
		}
	}()

	ln, err := upgrader.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: answer.Handler(version)}
	go func() {
		if err := server.Serve(ln); err != http.ErrServerClosed {
			log.Println(err)
		}
	}()
	if err := upgrader.Ready(); err != nil {
		log.Fatal(err)
	}
	<-upgrader.Exit()

	within, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(within); err != nil {
		log.Println(err)
	}
}
