#!/usr/bin/perl
use CGI;
print CGI->new->redirect('https://elsewhere.example/new');
