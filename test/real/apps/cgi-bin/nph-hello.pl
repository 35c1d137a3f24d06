#!/usr/bin/perl
print "HTTP/1.1 203 Roughly\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nraw\n";
