<?php
header('Content-Type: text/plain');
echo "blog of {$_SERVER['REQUEST_URI']}\n";
